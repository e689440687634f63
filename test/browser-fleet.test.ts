/** What a user does in the browser, with a real fleet behind it: real bots under PM2 on a fast generated market. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { botPageSteps } from './browser-bot.js';
import { keyboardSteps } from './browser-keyboard.js';
import { ladderSteps } from './browser-ladder.js';
import { follow, launchBrowser } from './browser.js';
import { FleetRun } from './fleet-run.js';

/** A kline closes each second, so a bot that buys at almost any RSI trades within seconds. */
const MARKET = ['--synthetic', '--seed', '7', '--symbols', 'BTCUSDT,ETHUSDT,SOLUSDT', '--speed', 'demo'];

const PATIENCE_MS = 40_000;
const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const VIOLATIONS = `axe.run().then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))`;

const PASSWORD = 'four words in a row';

interface Watched {
  readonly page: Page;
  /** What the browser complained about, refused forms aside: those are answers. */
  readonly complaints: string[];
  /** Addresses it went to, in order. */
  readonly visits: string[];
}

async function open(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  const visits: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (!/status of (422|401)/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('framenavigated', (frame) => visits.push(frame.url()));
  return { page, complaints, visits };
}

const path = (page: Page): string => new URL(page.url()).pathname;

async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(value);
}

/** The settings are sent, and what is shown is the answer: while one types, a check says much the same. */
async function answered(page: Page, send: () => Promise<void>): Promise<void> {
  const form = await page.locator('#config form:visible').elementHandle();
  await send();
  await form?.waitForElementState('hidden');
}

/**
 * The whole form is sent, and the page that answers is there: until then the old one stands, whose own checks say much the
 * same at its fields.
 */
async function create(page: Page): Promise<void> {
  await follow(page.getByRole('button', { name: 'Create bot' }));
}

/** RSI over two klines is below 90 most of the time: it buys at once, and then holds for long. */
async function chooseEagerStrategy(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'RSI', exact: true }).check();
  await page.locator('[name="signal.period"]').fill('2');
  await page.locator('[name="signal.buyBelow"]').fill('90');
  await page.locator('[name="signal.sellAbove"]').fill('99.9');
  await page.locator('[name="plan.stopLossPercent"]').fill('40');
  await page.locator('[name="plan.takeProfitPercent"]').fill('60');
}

t.test('a fleet in the browser', async (t) => {
  const fleet = new FleetRun();
  t.teardown(() => fleet.end());
  const launched = launchBrowser();
  t.teardown(async () => (await launched).close());
  const [{ browser }] = await Promise.all([launched, fleet.start(MARKET)]);
  const user = await open(browser);
  const { page } = user;
  const config = join(fleet.data, 'bots', 'btc-dip', 'config.json');
  const quiet = (t: Test): void =>
    void t.same(user.complaints.splice(0), [], 'the browser complains of nothing');

  /** Each stands on the one before: after a failure, the rest would only wait. */
  const step = (name: string, work: (t: Test) => Promise<void>): Promise<unknown> =>
    t.test(name, { skip: t.passing() ? false : 'a step before it failed' }, async (t) => {
      try {
        await work(t);
      } catch (error) {
        t.comment(`${page.url()} says: ${(await page.locator('body').innerText()).slice(0, 3_000)}`);
        throw error;
      }
    });

  await step('the first one chooses a name and a password; nothing is shown before', async (t) => {
    await page.goto(`${fleet.url}/bots/new`);
    await page.waitForURL('**/login?then=*');
    await page.getByText('There is no user yet').waitFor();
    await page.goto(fleet.login ?? '');
    await fill(page, { Name: 'Anna', Password: PASSWORD, 'The same once more': `${PASSWORD}!` });
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByText('The two passwords differ').waitFor();
    await fill(page, { Password: PASSWORD, 'The same once more': PASSWORD });
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.waitForURL(`${fleet.url}/`);
    await page.getByText('anna').waitFor();
    t.equal((await page.context().cookies())[0]?.httpOnly, true);
    t.equal((await page.context().cookies())[0]?.sameSite, 'Strict');
    quiet(t);
  });

  await step('the empty fleet offers the demo and a new bot', async (t) => {
    await page.goto(fleet.url);
    await page.getByText('npm run demo').waitFor();
    await follow(page.getByRole('link', { name: 'New bot' }).last());
    await page.waitForURL('**/bots/new');
    const { width } = (await page.getByRole('heading', { name: 'New bot' }).boundingBox())!;
    t.ok(width > 0, 'text has a width');
    quiet(t);
  });

  await step('a form with mistakes comes back as typed, with a sentence at each field', async (t) => {
    await page.goto(`${fleet.url}/keys/new`);
    await page.getByLabel('Name', { exact: true }).fill('my key');
    await page.getByRole('button', { name: 'Ask the exchange and store it' }).click();
    await page.locator('#e-id').getByText('no spaces').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('my-key');
    await page.locator('#e-id').waitFor({ state: 'detached' });
    await page.goto(`${fleet.url}/bots/new`);
    await fill(page, { Name: 'BTC dip', Symbol: 'NOSUCHUSDT', Budget: '1' });
    await chooseEagerStrategy(page);
    await page.locator('[name="signal.period"]').fill('-3');
    await page.locator('#e-signal-period').getByText('-3').waitFor();
    t.equal(
      await page.locator('[name="signal.period"]').getAttribute('aria-invalid'),
      'true',
      'as it is typed',
    );
    await page.locator('[name="signal.period"]').fill('3');
    await page.locator('#e-signal-period').waitFor({ state: 'hidden' });
    await page.locator('#plan-ladder').check();
    // The fields are there a moment before what was typed is put back into them; a ladder has some of the same names.
    const given = (plan: string) =>
      page.locator(`#plan-parameters[data-of="${plan}"][data-restored]`).waitFor();
    await given('ladder');
    await page.locator('[name="plan.steps"]').waitFor();
    await page.locator('#plan-single').check();
    await given('single');
    t.equal(
      await page.locator('[name="plan.stopLossPercent"]').inputValue(),
      '40',
      'kept for who comes back',
    );
    await page.locator('[name="signal.period"]').fill('-3');
    await create(page);
    await page.locator('#e-signal-period').waitFor();
    t.match(await page.locator('#e-signal-period').textContent(), /-3/);
    t.match(await page.locator('#e-symbol').textContent(), /NOSUCHUSDT/, 'in the same round');
    t.equal(await page.locator('[name="signal.period"]').inputValue(), '-3');
    t.equal(await page.locator('[name="signal.buyBelow"]').inputValue(), '90');
    t.equal(
      await page.getByLabel('Id', { exact: true }).inputValue(),
      'btc-dip',
      'the id was made from the name',
    );
    await page.locator('[name="signal.period"]').fill('2');
    await page.getByLabel('Symbol', { exact: true }).fill('BTCUSDT');
    await create(page);
    await page.locator('#e-budget').waitFor();
    t.match(await page.locator('#e-budget').textContent(), /minimum|least/i);
    t.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'BTC dip');
    t.notOk(existsSync(config), 'nothing was created');
    quiet(t);
  });

  await step('its symbol is found by search, and where it would buy and sell is drawn', async (t) => {
    await page.getByLabel('Symbol', { exact: true }).fill('');
    await page.getByLabel('Symbol', { exact: true }).pressSequentially('btc');
    const found = page.getByRole('option', { name: /BTCUSDT BTC \/ USDT [\d,.]+ [\d.]+ \w+ USDT 5 USDT/ });
    await found.waitFor();
    // What the first letter found is still there while the last one is looked up.
    await page.locator('#symbol-list li').nth(1).waitFor({ state: 'detached' });
    t.equal(await page.locator('#symbol-list li').count(), 1);
    await page.keyboard.press('ArrowDown');
    t.equal(await found.getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Enter');
    t.equal(await page.getByLabel('Symbol', { exact: true }).inputValue(), 'BTCUSDT');
    await page.locator('#symbol-facts').getByText('least order').waitFor();
    await page.locator('#e-symbol').waitFor({ state: 'hidden' });
    await page.getByLabel('Interval', { exact: true }).selectOption('1m');
    await fill(page, { Budget: '90000' });
    await page.locator('#draft-preview').getByText('It needs 90,000.00 USDT, but').waitFor();
    await fill(page, { Budget: '1000' });
    await page.locator('#draft-preview').getByText('In the worst case').waitFor();
    t.match(await page.locator('.draft-lines').innerText(), /take profit.*\+60.*entry.*stop loss.*−40/s);
    await page.locator('#draft-chart canvas').first().waitFor();
    quiet(t);
  });

  await step('the draft is tested in one click, beside the form', async (t) => {
    await page.getByRole('button', { name: 'Backtest this draft' }).click();
    await page.getByRole('link', { name: 'The whole report' }).waitFor();
    t.match(
      await page.locator('#draft-run').innerText(),
      /Return.*%.*Buy and hold.*%.*Max drawdown.*Trades/s,
    );
    t.equal(await page.getByLabel('Budget', { exact: true }).inputValue(), '1000');
    await page.evaluate(AXE);
    for (const colorScheme of ['light', 'dark'] as const) {
      // A colour on its way from one to the other is neither.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      t.same(await page.evaluate(VIOLATIONS), [], colorScheme);
    }
    quiet(t);
  });

  await step('it is created, stopped', async (t) => {
    await page.getByRole('button', { name: 'Create bot' }).click();
    await page.waitForURL('**/bots/btc-dip');
    await page.locator('#bot-header .state').getByText('stopped').waitFor();
    const written = JSON.parse(readFileSync(config, 'utf8')) as Record<string, unknown>;
    t.match(written, {
      symbol: 'BTCUSDT',
      interval: '1m',
      budget: '1000',
      signal: { name: 'rsi', period: 2, buyBelow: 90 },
      plan: { name: 'single', stopLossPercent: 40 },
    });
    quiet(t);
  });

  await step('started, it turns to running, and its trade appears without a reload', async (t) => {
    const before = user.visits.length;
    await page.getByRole('button', { name: 'Start btc-dip' }).click();
    await page
      .locator('#bot-header .state')
      .getByText(/running|buying|holding/)
      .waitFor();
    await page.getByRole('button', { name: 'Restart btc-dip' }).waitFor();
    await page.locator('#trades tbody tr').first().waitFor();
    await page.locator('#orders tbody tr').nth(1).waitFor();
    await page.locator('#bot-header .state').getByText('holding').waitFor();
    await page.locator('#decisions .v-enter').first().waitFor();
    t.match(await page.locator('#trades tbody tr').last().textContent(), /buy/);
    await page.locator('#chart canvas').first().waitFor();
    t.equal(user.visits.length, before, 'no page was loaded');
    quiet(t);
  });

  await step('its row on the overview changes by itself', async (t) => {
    await follow(page.getByRole('link', { name: 'Fleet', exact: true }));
    await page.locator('#bot-btc-dip .state').getByText('holding').waitFor();
    const before = user.visits.length;
    await page.getByTitle('Which columns are shown').click();
    await page.getByLabel('price', { exact: true }).check();
    await page.keyboard.press('Escape');
    const price = await page.locator('#bot-btc-dip .c-price').innerText();
    const equity = await page.locator('#totals .figure.big .num').innerText();
    await page.locator('#bot-btc-dip .c-price', { hasNotText: price }).waitFor();
    await page.locator('#totals .figure.big .num', { hasNotText: equity }).waitFor();
    t.match(await page.locator('#totals .counts').textContent(), /1 running.*1 holding/);
    t.equal(user.visits.length, before, 'no page was loaded');
    quiet(t);
  });

  await step(
    'by keyboard alone: menus, questions and buttons are left where they were entered',
    async (t) => {
      await keyboardSteps(t, page, 'btc-dip');
      quiet(t);
    },
  );

  await step(
    'an invalid edit is refused at its line and column, and changes nothing; a valid one is saved',
    async (t) => {
      await follow(page.getByRole('link', { name: 'BTC dip' }));
      await page.waitForURL('**/bots/btc-dip');
      const present = readFileSync(config, 'utf8');
      const text = page.locator('#config-text');
      await page.getByText('JSON', { exact: true }).click();
      t.equal(await text.inputValue(), present, 'the file as it is');
      await text.fill(present.replace('"period": 2', '"period": -2'));
      await answered(page, () => page.getByRole('button', { name: 'Check and save' }).click());
      await page.locator('#config-problems').waitFor();
      t.match(await page.locator('#config-problems').textContent(), /config\.json:\d+:\d+: .*-2/);
      t.match(await text.inputValue(), /"period": -2/, 'what was typed is still there');
      t.equal(readFileSync(config, 'utf8'), present);
      const wished = present.replace('"buyBelow": 90', '"buyBelow": 80');
      await text.fill(wished);
      await page.getByRole('button', { name: 'Check and save' }).click();
      await page.locator('#config .saved').waitFor();
      t.match(JSON.parse(readFileSync(config, 'utf8')), { signal: { period: 2, buyBelow: 80 } });
      quiet(t);
    },
  );

  await botPageSteps({ page, fleet, config, step, quiet });

  await step('a stop says what stays, and then stops', async (t) => {
    const before = user.visits.length;
    await page.getByRole('link', { name: 'Stop btc-dip' }).click();
    const question = page.getByRole('dialog');
    await question.waitFor();
    t.match(
      await question.textContent(),
      /Nothing is sold\. It keeps 0\.\d+ BTC, last price [\d,.]+, [+−]?[\d.]+ USDT open/,
    );
    t.match(await question.textContent(), /2 sell orders stay on the exchange/);
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.locator('#bot-header .state').getByText('stopped').waitFor();
    await page.getByRole('button', { name: 'Start btc-dip' }).waitFor();
    t.equal(user.visits.length, before, 'no page was loaded');
    t.match(await fleet.show('btc-dip'), { desired: 'stopped', actual: 'stopped', openOrders: [{}, {}] });
    quiet(t);
  });

  await step(
    'several bots: copied, started and stopped at once; a setting changed and taken back',
    async (t) => {
      await follow(page.getByRole('link', { name: 'Fleet', exact: true }));
      const select = async (...ids: string[]): Promise<void> => {
        for (const id of ids) await page.locator(`#bot-${id} .c-pick input`).check();
      };
      const bulk = (name: string) => page.locator('#bulk').getByRole('button', { name }).click();
      const answer = (name: string | RegExp) =>
        page.getByRole('dialog').getByRole('button', { name }).click();
      const title = (words: RegExp) => page.locator('#bulk-title').getByText(words).waitFor();
      await select('btc-dip');
      await bulk('Clone…');
      await page.getByLabel('Symbols').fill('ETHUSDT, SOLUSDT');
      await answer('Preview…');
      await page.getByText('2 new bots are made of one bot').waitFor();
      await answer('Clone one bot');
      await title(/One bot cloned/);
      await answer('Close');
      const [eth, sol] = ['btc-dip-ethusdt', 'btc-dip-solusdt'];
      await page.locator(`#bot-${sol}`).waitFor();
      await page.getByRole('button', { name: 'Clear' }).click();

      await page.locator('#bot-btc-dip .c-pick input').check();
      await page.locator(`#bot-${sol} .c-pick input`).click({ modifiers: ['Shift'] });
      await page.locator('#bulk').getByText('3 selected').waitFor();
      const file = (id: string): string => readFileSync(join(fleet.data, 'bots', id, 'config.json'), 'utf8');
      const before = file('btc-dip');
      await bulk('Edit…');
      await page.locator('dialog [name="parameter"]').selectOption('plan.single.stopLossPercent');
      await page.locator('dialog [name="value"]').fill('35');
      await answer('Preview…');
      await page.getByText('plan.stopLossPercent: 40 → 35').nth(2).waitFor();
      t.equal(file('btc-dip'), before, 'looked at, not done');
      await answer('Change 3 bots');
      await title(/3 bots changed/);
      t.match(JSON.parse(file(eth)), { plan: { stopLossPercent: 35 } });
      await answer('Undo');
      await title(/Taken back for 3 bots/);
      t.equal(file('btc-dip'), before);
      await answer('Close');

      await page.getByRole('button', { name: 'Clear' }).click();
      await select(eth, sol);
      await bulk('Start…');
      await answer('Start 2 bots');
      await title(/2 bots started/);
      await answer('Close');
      await page.locator(`#bot-${eth}[data-facets~="running"]`).waitFor();
      await select('btc-dip');
      await bulk('Stop…');
      await page.getByText('2 bots are stopped and decide nothing until started again.').waitFor();
      await answer('Stop 2 bots');
      await title(/2 bots stopped, 1 left as it was/);
      await answer('Close');
      await page.locator(`#bot-${sol} .state`).getByText('stopped').waitFor();
      await page.locator('#bot-btc-dip .c-pick input').uncheck();
      await bulk('Delete…');
      await answer('Delete 2 bots');
      await title(/2 bots deleted/);
      await answer('Close');
      await page.locator(`#bot-${eth}:not([data-gone])`).waitFor({ state: 'detached' });
      quiet(t);
    },
  );

  await ladderSteps({ page, fleet, step, quiet });

  await step('a killed server is told, and the page is true again once it is back', async (t) => {
    const port = new URL(fleet.url).port;
    const before = user.visits.length;
    await fleet.stopServer('SIGKILL');
    await page
      .locator('#stale')
      .getByText(/Last update \d+ s ago/)
      .waitFor();
    await fleet.start(['--port', port]);
    await page.locator('#stale').waitFor({ state: 'hidden' });
    const answer = await fleet.ask('/api/bots/btc-dip', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"BTC dip again"}',
    });
    t.equal(answer.status, 200);
    await page.getByRole('link', { name: 'BTC dip again' }).waitFor();
    t.equal(user.visits.length, before, 'no page was loaded');
    t.same(
      user.complaints.splice(0).filter((said) => !/net::ERR|network error|Failed to fetch/i.test(said)),
      [],
    );
    await follow(page.getByRole('link', { name: 'BTC dip again' }));
  });

  await step('deleted, it leaves the fleet, and what it held is named before', async (t) => {
    await page.getByRole('link', { name: 'Delete btc-dip' }).click();
    const question = page.getByRole('dialog');
    await question.waitFor();
    t.match(await question.textContent(), /0\.\d+ BTC.* stays in the account/);
    // As on a slow machine: it is gone before its page hears of it.
    const asked: string[] = [];
    await page.route('**/bots/btc-dip/delete?*', async (route) => {
      const response = await route.fetch();
      page.on('request', (request) => asked.push(request.url()));
      await page.evaluate('document.dispatchEvent(new Event("kline"))');
      await route.fulfill({ response });
    });
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.getByText('Your fleet is empty').waitFor();
    t.notOk(existsSync(config));
    t.same(
      asked.filter((url) => url.includes('/klines')),
      [],
      'nothing asks for a bot that is gone',
    );
    quiet(t);
  });

  await step('without scripts, plain forms and links create, start, stop and delete', async (t) => {
    const plain = await open(browser, { javaScriptEnabled: false });
    const { page } = plain;
    await page.goto(`${fleet.url}/bots/new`);
    await fill(page, { Name: 'anna', Password: 'not the password' });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('is not right').waitFor();
    await fill(page, { Password: PASSWORD });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/bots/new');
    await fill(page, { Name: 'Plain SOL', Symbol: 'SOLUSDT', Budget: '500' });
    await page.getByRole('radio', { name: 'RSI', exact: true }).check();
    await page.getByRole('button', { name: 'Show its parameters' }).first().click();
    await page.locator('[name="signal.period"]').waitFor();
    t.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Plain SOL');
    await chooseEagerStrategy(page);
    await page.getByLabel('Interval', { exact: true }).selectOption('1m');
    await page.getByRole('button', { name: 'Check and preview' }).click();
    await page.getByRole('heading', { name: 'In the worst case' }).waitFor();
    await page.getByRole('button', { name: 'Create and start' }).click();
    await page.waitForURL('**/bots/plain-sol');
    await page.getByRole('button', { name: 'Restart plain-sol' }).waitFor();
    t.equal(path(page), '/bots/plain-sol');
    t.match(await fleet.show('plain-sol'), { desired: 'running', actual: 'online' });
    await page.goto(fleet.url);
    const bulk = page.locator('#bulk');
    await page.getByLabel('Select Plain SOL').check();
    await bulk.getByRole('button', { name: 'Pause…' }).click();
    await follow(page.getByRole('link', { name: 'Cancel' }));
    t.ok(await page.getByLabel('Select Plain SOL').isChecked(), 'who does not go on finds it selected');
    await bulk.getByRole('button', { name: 'Pause…' }).click();
    await page.getByRole('button', { name: 'Pause one bot' }).click();
    await page.getByText('One bot paused').waitFor();
    await follow(page.getByRole('link', { name: 'To the fleet' }));
    await follow(page.getByRole('link', { name: 'Plain SOL' }));
    // A link that asks where it holds something, a button where it does not.
    await page.locator('#bot-header').getByText('Stop', { exact: true }).click();
    const yes = page.getByRole('button', { name: 'Stop it' });
    const start = page.getByRole('button', { name: 'Start plain-sol' });
    await yes.or(start).waitFor();
    if (await yes.isVisible()) await yes.click();
    await start.waitFor();
    t.match(await fleet.show('plain-sol'), { desired: 'stopped', actual: 'stopped' });
    await page.getByRole('link', { name: 'Delete plain-sol' }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.getByText('Your fleet is empty').waitFor();
    t.same(plain.complaints, []);
  });
});
