/** What a user does on the page of a bot that holds something; steps of the fleet's browser test, in its process. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import type { FleetRun } from './fleet-run.js';

type Step = (name: string, work: (t: Test) => Promise<void>) => Promise<unknown>;

export interface BotPageTest {
  readonly page: Page;
  readonly fleet: FleetRun;
  /** The bot's config file. */
  readonly config: string;
  readonly step: Step;
  readonly quiet: (t: Test) => void;
}

/** On the page of `btc-dip`, which holds something; it leaves it there, holding something else. */
export async function botPageSteps({ page, fleet, config, step, quiet }: BotPageTest): Promise<void> {
  await step('a form edit and a hand edit meanwhile are shown side by side, and both are kept', async (t) => {
    await page.goto(`${fleet.url}/bots/btc-dip`);
    // Its stop is 40 % away: on the chart the candles would be one line.
    await page
      .locator('#chart-far')
      .getByText(/Beyond the picture: .*stop/)
      .waitFor();
    await page.locator('[name="signal.buyBelow"]').fill('85');
    await page.locator('#settings-preview').getByText('signal.buyBelow').waitFor();
    await page.locator('form.as-form').getByRole('button', { name: 'What would it do?' }).click();
    const answer = page.locator('#config .preview:focus');
    await answer.getByText('signal.buyBelow').waitFor();
    const below = 'document.activeElement.getBoundingClientRect().bottom - innerHeight';
    t.ok(Number(await page.evaluate(below)) <= 0, 'it is in sight');
    const byHand = readFileSync(config, 'utf8').replace('"budget": "1000"', '"budget": "1100"');
    writeFileSync(config, byHand);
    await page.getByRole('button', { name: 'Check and save' }).click();
    const conflict = page.locator('.conflict');
    await conflict.waitFor();
    t.match(await conflict.innerText(), /budget\s+1000\s+1100\s+not touched/);
    t.equal(readFileSync(config, 'utf8'), byHand, 'nothing is overwritten');
    t.equal(await page.locator('[name="budget"]').inputValue(), '1100');
    t.equal(await page.locator('[name="signal.buyBelow"]').inputValue(), '85');
    await page.getByRole('button', { name: 'Check and save' }).click();
    await page.locator('#config .saved').waitFor();
    t.match(JSON.parse(readFileSync(config, 'utf8')), { budget: '1100', signal: { buyBelow: 85 } });
    quiet(t);
  });

  await step('a change is rolled back, after it was said what that does', async (t) => {
    await page.getByText('Changes so far').click();
    await page.locator('.editions li').nth(2).waitFor();
    t.match(await page.locator('.editions').textContent(), /anna, on a page/);
    await page.locator('.editions li').nth(2).getByText('Roll back to this…').click();
    const question = page.getByRole('dialog');
    await question.getByText('budget').waitFor();
    t.match(await question.innerText(), /signal\.buyBelow\s+85\s+80/);
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.locator('#outcome').getByText('Rolled back').waitFor();
    t.match(JSON.parse(readFileSync(config, 'utf8')), { budget: '1000', signal: { buyBelow: 80 } });
    t.equal(await page.locator('[name="signal.buyBelow"]').inputValue(), '80', 'the form shows it');
    quiet(t);
  });

  await step('its log is searched by words and level', async (t) => {
    await page.locator('#log-search').fill('BOUGHT 0.');
    await page.locator('#log-found .found li').first().waitFor();
    const found = await page.locator('#log-found .found .message').allTextContents();
    t.ok(found.length > 0 && found.every((line) => /bought 0\./i.test(line)), found.join('\n'));
    t.equal(await page.locator('#log-lines').isVisible(), false, 'the tail makes room');
    await page.locator('#log-level').selectOption('error');
    await page.getByText(/Nothing in all of its log matches/).waitFor();
    await page.locator('#log-level').selectOption('');
    await page.locator('#log-search').fill('');
    await page.locator('#log-lines').waitFor();
    quiet(t);
  });

  await step('all is sold by hand, in numbers before, and only once', async (t) => {
    await page.getByRole('link', { name: 'Sell… btc-dip' }).click();
    const question = page.getByRole('dialog');
    await question.waitFor();
    t.match(await question.textContent(), /at market: 0\.\d+ BTC, about [\d,.]+ USDT/);
    const sales = page.locator('#trades tbody tr', { hasText: 'by hand' });
    await page.getByRole('button', { name: 'Sell all' }).dblclick();
    await sales.first().waitFor();
    await page.locator('#past tbody tr').first().waitFor();
    // The sale is pushed to the page, perhaps before the answer to the button is there.
    await page.locator('#outcome', { hasText: /[Ss]old|[Ss]elling|BTC/ }).waitFor();
    t.equal(await sales.count(), 1);
    await page.locator('#equity .equity-line').waitFor();
    quiet(t);
  });
}
