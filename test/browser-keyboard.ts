/** The pages by keyboard alone; a step of the fleet's browser test, in its process, and what the test of all pages looks at. */
import type { Page } from 'playwright-core';
import type { Test } from 'tap';

/** What has the focus, in words. */
const FOCUSED = `(() => {
  const it = document.activeElement;
  return (it.tagName + ' ' + (it.getAttribute('aria-label') ?? it.textContent).trim()).slice(0, 60);
})()`;

/** On the fleet's page, with a running bot `id` that holds something; it leaves everything as it was. */
export async function keyboardSteps(t: Test, page: Page, id: string): Promise<void> {
  const focused = (): Promise<string> => page.evaluate(FOCUSED);
  /** Waits until what is called so has the focus. */
  const until = (name: string): Promise<void> =>
    page
      .locator(':focus')
      .and(page.getByRole('button', { name, exact: true }))
      .waitFor();

  await page.locator('.who summary').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  t.equal(await focused(), 'A Your sign-in');
  await page.keyboard.press('Escape');
  t.equal(await page.locator('.who').getAttribute('open'), null, 'Escape closes a menu');
  t.equal(await focused(), 'SUMMARY anna', 'and who was in it stands where it opened');

  const row = page.locator(`#bot-${id} .c-act`);
  await row.getByRole('button', { name: `Pause ${id}` }).focus();
  await page.keyboard.press('Enter');
  await until(`Resume ${id}`);
  await page.keyboard.press('Enter');
  await until(`Pause ${id}`);

  await page.keyboard.press('Tab');
  t.equal(await focused(), `A Stop ${id}`);
  await page.keyboard.press('Enter');
  await until('Keep it running');
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
  t.equal(await focused(), `A Stop ${id}`, 'Escape closes a question, and the focus is where it was asked');

  // A push changes the row beneath it.
  const price = await page.locator(`#bot-${id} .c-price`).textContent();
  await page.locator(`#bot-${id} .c-price`, { hasNotText: price ?? '' }).waitFor({ state: 'attached' });
  t.equal(await focused(), `A Stop ${id}`, 'and stays there while the row changes');
}

/** Everything that can be reached by keyboard and shows no focus, or stands in another order than on the page. */
export const UNREACHABLE = `(() => {
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
    .filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.disabled);
  const marked = (it) => {
    if (!it) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(it);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
  };
  return all.flatMap((it) => {
    const name = it.tagName + ' ' + (it.id || it.getAttribute('aria-label') || it.textContent.trim().slice(0, 30));
    if (it.tabIndex > 0) return [name + ' is out of order'];
    if (it.id === 'main' || it.tabIndex < 0) return [];
    it.focus({ focusVisible: true });
    if (document.activeElement !== it) return [name + ' takes no focus'];
    const seen = [it, it.closest('.card, label'), ...(it.labels ?? [])].some(marked);
    return seen ? [] : [name + ' shows no focus'];
  });
})()`;
