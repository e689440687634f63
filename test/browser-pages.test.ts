/** Every page of the dashboard by the rules of WCAG 2.2 AA (axe-core), dark and light, wide and on a phone. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import t from 'tap';
import { CONFIG, testServer, writeConfig } from '../server/testing.js';
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
  ],
  ...['/caps', '/keys', '/keys/new', '/users', '/me', '/audit', '/halt'],
];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** What another light and width can change. */
const LOOKS = ['color-contrast', 'target-size', 'scrollable-region-focusable'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

t.test('no page has what axe-core finds wrong, in any light and at any width', async (t) => {
  const launched = launchBrowser();
  t.teardown(async () => (await launched).close());
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
  const check = async (path: string, run: object, look: string): Promise<void> => {
    const found: string[] = await page.evaluate(
      `axe.run(document, ${JSON.stringify(run)}).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))`,
    );
    t.same(found, [], `${path}, ${look}`);
    const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    t.ok(Number(wider) <= 0, `${path}, ${look}, is no wider than its window`);
  };
  for (const path of PAGES) {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 1280, height: 844 });
    await page.goto(`http://127.0.0.1:${port}${path}`, { waitUntil: 'domcontentloaded' });
    await page.evaluate(AXE);
    await check(path, { runOnly: RULES }, 'dark and wide');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 390, height: 844 });
    await check(path, { runOnly: { type: 'rule', values: LOOKS } }, 'light and on a phone');
  }
});
