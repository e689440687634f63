/** What axe-core and our own eyes find wrong with a page that a browser shows. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import { UNREACHABLE } from './browser-keyboard.js';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** What another light and width can change. */
const LOOKS = ['color-contrast', 'target-size', 'scrollable-region-focusable'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * The page that is open: all rules of WCAG 2.2 AA dark and wide, what looks change light and on a phone, never wider than
 * its window, and everything in it reached by keyboard. It wants a browser with reduced motion: a colour on its way to
 * another one is none.
 */
export async function looksRight(t: Test, page: Page, name: string): Promise<void> {
  const check = async (run: object, look: string): Promise<void> => {
    const found: string[] = await page.evaluate(
      `axe.run(document, ${JSON.stringify(run)}).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))`,
    );
    t.same(found, [], `${name}, ${look}`);
    const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    t.ok(Number(wider) <= 0, `${name}, ${look}, is no wider than its window`);
  };
  await page.evaluate(AXE);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 1280, height: 844 });
  await check({ runOnly: RULES }, 'dark and wide');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 390, height: 844 });
  await check({ runOnly: { type: 'rule', values: LOOKS } }, 'light and on a phone');
  t.same(await page.evaluate(UNREACHABLE), [], `${name} by keyboard`);
}
