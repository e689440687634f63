/** What a user does with backtests in the browser: from the form to a drawn result, two side by side, and the offline page. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import t from 'tap';
import { backtestHtml } from '../cli/backtest-html.js';
import { testServer } from '../server/testing.js';
import { looksRight } from './axe.js';
import { launchBrowser } from './browser.js';
import { folderOf } from './folder.js';
import { swinging } from './swinging.js';

const PATIENCE_MS = 30_000;

/** How many colours the largest canvas of a chart shows; an empty one has one or two. */
const COLOURS = `(() => {
  const canvases = [...document.querySelectorAll('[data-backtest] canvas')];
  const [largest] = canvases.sort((a, b) => b.width * b.height - a.width * a.height);
  const { data } = largest.getContext('2d').getImageData(0, 0, largest.width, largest.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  return seen.size;
})()`;

async function colours(page: Page): Promise<number> {
  await page.locator('[data-backtest] canvas').first().waitFor();
  await page.waitForFunction(`${COLOURS} > 4`);
  return page.evaluate(COLOURS) as Promise<number>;
}

t.test('backtests in the browser', async (t) => {
  const data = folderOf(t);
  mkdirSync(join(data, 'klines'), { recursive: true });
  writeFileSync(join(data, 'klines', 'BTCUSDT-1m.csv'), swinging(2_000));
  let port = 0;
  const server = await testServer(data, { port: () => port });
  t.teardown(() => server.close());
  port = Number(new URL(await server.app.listen({ port: 0, host: '127.0.0.1' })).port);
  const url = `http://127.0.0.1:${port}`;
  const { headers } = await server.signIn('somebody', 'trader');
  const launched = await launchBrowser();
  t.teardown(() => launched.close());
  const open = async (options: object = {}): Promise<Page> => {
    const context = await launched.browser.newContext({ locale: 'en-US', ...options });
    const [name = '', value = ''] = (headers['cookie'] ?? '').split('=');
    await context.addCookies([{ name, value, url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => t.fail(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 422/.test(message.text())) t.fail(message.text());
    });
    return page;
  };
  const page = await open();

  await t.test(
    'no backtest yet is an invitation, and a mistake in the form is said at its field',
    async (t) => {
      await page.goto(`${url}/backtests`);
      await page.getByRole('heading', { name: 'What would it have done?' }).waitFor();
      await page.getByRole('link', { name: 'New backtest' }).first().click();
      await page.getByLabel('Symbol', { exact: true }).fill('ETHUSDT');
      await page.getByLabel('Interval', { exact: true }).selectOption('1m');
      await page.getByRole('radio', { name: 'RSI', exact: true }).check();
      await page.locator('[name="signal.period"]').waitFor();
      await page.locator('[name="signal.period"]').fill('7');
      await page.getByRole('button', { name: 'Run backtest' }).click();
      await page.locator('#e-symbol').waitFor();
      t.match(await page.locator('#e-symbol').textContent(), /no klines of ETHUSDT; there are BTCUSDT/);
      t.equal(await page.locator('[name="signal.period"]').inputValue(), '7', 'as it was typed');
    },
  );

  await t.test('it runs, and its result appears by itself: figures, trades and a chart', async (t) => {
    await page.getByLabel('Symbol', { exact: true }).fill('BTCUSDT');
    await page.getByRole('button', { name: 'Run backtest' }).click();
    await page.waitForURL(/\/backtests\/\d{8}-\d{6}-/);
    await page.locator('.state').getByText('done').waitFor();
    t.ok((await colours(page)) > 4, 'the chart is not blank');
    t.match(await page.locator('.headline').textContent(), /Return[+−][\d.]+ %/);
    t.ok((await page.locator('#trades tbody tr').count()) > 5);
    t.match(
      await page.locator('figcaption').textContent(),
      /BTCUSDT · [\d,]+ candles of 1m drawn from 2,000 klines/,
    );
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await looksRight(t, page, 'a result with its trades');
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  await t.test('changed and run again, the two stand side by side', async (t) => {
    await page.getByRole('link', { name: 'Change and run again' }).click();
    t.equal(await page.locator('[name="signal.period"]').inputValue(), '7');
    await page.locator('[name="plan.stopLossPercent"]').fill('0.5');
    await page.getByLabel('Name', { exact: true }).fill('Tight stop');
    await page.getByRole('button', { name: 'Run backtest' }).click();
    await page.locator('.state').getByText('done').waitFor();
    await page.goto(`${url}/backtests`);
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    await page.getByRole('button', { name: 'Compare two' }).click();
    await page.getByRole('heading', { name: 'Two backtests side by side' }).waitFor();
    t.match(await page.locator('#settings').textContent(), /plan\.stopLossPercent0\.52/);
    t.ok((await colours(page)) > 4, 'both curves are drawn');
    await looksRight(t, page, 'two side by side');
  });

  await t.test('without scripts everything can be read, run and deleted', async (t) => {
    const plain = await open({ javaScriptEnabled: false });
    await plain.goto(`${url}/backtests`);
    await plain.getByRole('link', { name: 'Tight stop', exact: true }).click();
    await plain.locator('noscript svg.spark, .still svg.spark').first().waitFor();
    t.match(await plain.locator('#trades').textContent(), /signal|stop-loss/);
    await plain.getByRole('link', { name: 'Change and run again' }).click();
    await plain.getByRole('button', { name: 'Run backtest' }).click();
    await plain.waitForURL(/\/backtests\/\d{8}-\d{6}-/);
    await plain.getByRole('button', { name: /^(Cancel|Delete)/ }).click();
    await plain.goto(`${url}/backtests`);
    t.ok((await plain.locator('#run-rows tr').count()) >= 2);
  });

  await t.test('the page of --html is drawn from the disk and asks nobody', async (t) => {
    const [run] = server.backtests.all().filter(({ state }) => state === 'done');
    const report = await server.backtests.report(run!.id);
    const chart = JSON.parse(await server.backtests.file(run!.id, 'chart'));
    const file = join(data, 'report.html');
    const evil = '</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>';
    writeFileSync(file, await backtestHtml({ ...report, notes: [evil] }, { ...chart, quote: evil }));
    const offline = await open();
    const asked: string[] = [];
    offline.on('request', (request) => asked.push(request.url()));
    await offline.goto(pathToFileURL(file).href);
    t.ok((await colours(offline)) > 4);
    t.same(asked, [pathToFileURL(file).href]);
    t.equal(await offline.evaluate('window.hacked'), undefined);
    t.match(await offline.locator('main').textContent(), 'window.hacked=1', 'told as text');
  });
});
