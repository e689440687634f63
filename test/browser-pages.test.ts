/** Every page of the dashboard by the rules of WCAG 2.2 AA (axe-core), dark and light, wide and on a phone. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import t, { type Test } from 'tap';
import type { BotView } from '../bot/files/view.js';
import { CONFIG, testServer, writeConfig } from '../server/testing.js';
import { looksRight } from './axe.js';
import { launchBrowser } from './browser.js';
import { folderOf } from './folder.js';
import { holdingBot, sampleBot } from './sample-bots.js';

const PAGES = [
  ...[
    '/',
    '/why',
    '/account',
    '/trades',
    '/backtests',
    '/backtests/new',
    '/settings',
    '/bots/new',
    '/bots/mine',
    '/bots/mine/access',
    '/bots/mine/delete',
  ],
  ...[
    '/caps',
    '/keys',
    '/keys/new',
    '/users',
    '/me',
    '/audit',
    '/halt',
    '/api/docs',
    '/sure',
    '/nothing-here',
  ],
];
const launched = launchBrowser();
t.teardown(async () => (await launched).close());

t.test('no page has what axe-core finds wrong, in any light and at any width', async (t) => {
  const data = folderOf(t);
  for (const id of ['mine', 'paused']) writeConfig(data, { ...CONFIG, id });
  let port = 0;
  const server = await testServer(data, {
    port: () => port,
    load: async (_data, id) => (id === 'mine' ? holdingBot({ id }) : sampleBot({ id, paused: true })),
  });
  t.teardown(() => server.close());
  port = Number(new URL(await server.app.listen({ port: 0, host: '127.0.0.1' })).port);
  const { headers } = await server.signIn('anna', 'admin');
  const { browser } = await launched;
  const context = await browser.newContext({
    locale: 'en-US',
    extraHTTPHeaders: headers,
    // A colour on its way to another one is none.
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  for (const path of PAGES) {
    await page.goto(`http://127.0.0.1:${port}${path}`, { waitUntil: 'domcontentloaded' });
    await looksRight(t, page, path);
  }
  await server.fleet.halt();
  for (const path of ['/', '/why']) {
    await page.goto(`http://127.0.0.1:${port}${path}`, { waitUntil: 'domcontentloaded' });
    await looksRight(t, page, `${path} of a halted fleet`);
  }
});

/** A server of these bots, and a window in which an admin has signed in; `url` ends with a slash. */
async function served(
  t: Test,
  data: string,
  bots: ReadonlyMap<string, BotView>,
): Promise<{ context: BrowserContext; url: string }> {
  let port = 0;
  const server = await testServer(data, { port: () => port, load: async (_data, id) => bots.get(id)! });
  t.teardown(() => server.close());
  port = Number(new URL(await server.app.listen({ port: 0, host: '127.0.0.1' })).port);
  const { headers } = await server.signIn('anna', 'admin');
  const context = await (await launched).browser.newContext({ locale: 'en-US', extraHTTPHeaders: headers });
  return { context, url: `http://127.0.0.1:${port}/` };
}

/** As when a laptop is closed and opened again: its clock has gone on, its timers have not. */
t.test('after a sleep the page is true again, and what its user was at is as it was', async (t) => {
  const data = folderOf(t);
  const bots = new Map<string, BotView>();
  const change = (id: string, over: Partial<BotView> | null): void => {
    if (over === null) rmSync(join(data, 'bots', id), { recursive: true });
    else writeConfig(data, { ...CONFIG, id });
    if (over !== null) bots.set(id, sampleBot({ id, name: id, ...over }));
  };
  for (const id of ['mine', 'other', 'sold']) change(id, { price: '1.00' });
  const { context, url } = await served(t, data, bots);
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(url);
  const live = page.locator('html[data-live="on"]');
  await live.waitFor();
  const stale = page.locator('#stale');
  const why = (id: string) => page.locator(`#bot-${id} .c-why`);
  const shown = (): Promise<string[]> =>
    page.locator('#fleet-rows > tr:not([data-gone])').evaluateAll((rows) => rows.map(({ id }) => id));

  await page.locator('#bot-other .c-pick input').check();
  await page.locator('#search').fill('othe');
  await context.setOffline(true);
  change('other', { waitingFor: 'something that came meanwhile' });
  change('new-one', { waitingFor: 'its first kline' });
  change('sold', null);
  await page.clock.fastForward(60_000);
  await stale.getByText(/Last update 1 m ago/).waitFor();
  await context.setOffline(false);
  await why('other').getByText('something that came meanwhile').waitFor();
  await stale.waitFor({ state: 'hidden' });
  t.same(
    (await shown()).sort(),
    ['bot-mine', 'bot-new-one', 'bot-other'],
    'each once, and none that is gone',
  );
  t.equal(await page.locator('#search:focus').inputValue(), 'othe', 'typed, and still with the focus');
  t.ok(await page.locator('#bot-other .c-pick input').isChecked());
  t.ok(await page.locator('#bot-mine').isHidden(), 'filtered as before');

  // Asleep without anybody noticing: the connection seems to be one.
  change('other', { waitingFor: 'the next' });
  await page.clock.fastForward(60_000);
  await live.waitFor();
  await stale.waitFor({ state: 'hidden' });
  change('other', { waitingFor: 'the one after it' });
  await why('other').getByText('the one after it').waitFor();

  await page.goto(`${url}bots/mine`);
  await live.waitFor();
  const budget = page.locator('#config [name="budget"]');
  await budget.fill('1234');
  await context.setOffline(true);
  change('mine', { waitingFor: 'what came to the bot meanwhile' });
  await page.clock.fastForward(60_000);
  await stale.getByText(/Last update/).waitFor();
  await context.setOffline(false);
  await page.locator('#now').getByText('what came to the bot meanwhile').waitFor();
  t.equal(await budget.inputValue(), '1234', 'what is typed in a form is not lost');
  t.ok(await budget.evaluate((field) => field.matches(':focus')));
});

t.test('an answer that was long on its way does not put an older state over a newer one', async (t) => {
  const data = folderOf(t);
  const bots = new Map<string, BotView>();
  const change = (over: Partial<BotView>): void => {
    writeConfig(data, { ...CONFIG, id: 'mine' });
    bots.set('mine', sampleBot({ id: 'mine', ...over }));
  };
  change({ price: '1.00', paused: true });
  const { context, url } = await served(t, data, bots);
  const page = await context.newPage();
  /** The button is pressed, its answer drawn and held back until `meanwhile` is over. */
  const late = async (from: string, meanwhile: () => Promise<void>): Promise<void> => {
    let drawn = (): void => {};
    const isDrawn = new Promise<void>((resolve) => (drawn = resolve));
    let letGo = (): void => {};
    const isHeld = new Promise<void>((resolve) => (letGo = resolve));
    await page.route(`**/bots/mine/resume?from=${from}`, async (route) => {
      const response = await route.fetch();
      drawn();
      await isHeld;
      await route.fulfill({ response });
    });
    await page.getByRole('button', { name: 'Resume mine' }).click();
    await isDrawn;
    await meanwhile();
    letGo();
  };

  await page.goto(url);
  await page.locator('html[data-live="on"]').waitFor();
  const row = page.locator('#bot-mine');
  await late('row', async () => {
    change({ price: '2.00', paused: false });
    await row.getByRole('button', { name: 'Pause' }).waitFor();
    await row.locator('.c-price').getByText('2.00').waitFor({ state: 'attached' });
  });
  await row.locator('.c-why [role="status"]').waitFor();
  t.match(await row.locator('.c-price').textContent(), '2.00', 'what came meanwhile stays');
  t.ok(await row.getByRole('button', { name: 'Pause' }).isVisible());
  change({ price: '3.00', paused: false });
  await row.locator('.c-price').getByText('3.00').waitFor({ state: 'attached' });

  change({ paused: true });
  await page.goto(`${url}bots/mine`);
  await page.locator('html[data-live="on"]').waitFor();
  await late('page', async () => {
    change({ paused: false });
    await page.locator('#bot-header').getByRole('button', { name: 'Pause' }).waitFor();
  });
  await page.locator('#outcome .why').waitFor();
  t.ok(await page.locator('#bot-header').getByRole('button', { name: 'Pause' }).isVisible());
});
