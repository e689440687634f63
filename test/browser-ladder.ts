/** A running bot is made a ladder by its settings form, and its page shows how far each step is; in the fleet's browser test. */
import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import type { FleetRun } from './fleet-run.js';

type Step = (name: string, work: (t: Test) => Promise<void>) => Promise<unknown>;

export interface LadderTest {
  readonly page: Page;
  readonly fleet: FleetRun;
  readonly step: Step;
  readonly quiet: (t: Test) => void;
}

const CONFIG = {
  ...{ id: 'eth-steps', symbol: 'ETHUSDT', interval: '1m', budget: '1000' },
  ...{ signal: { name: 'manual' }, plan: { name: 'single' } },
};

/** The first step is met within seconds, the next two never, and the last is worth less than the least order. */
const STEPS = '40@0.02, 30@60, 29.6@70, 0.4@80';

/** It makes a bot of its own, deletes it, and ends on the fleet's page. */
export async function ladderSteps({ page, fleet, step, quiet }: LadderTest): Promise<void> {
  const json = { 'content-type': 'application/json' };

  await step('a bot that runs is made a ladder by its form, and buys its first batch', async (t) => {
    const made = await fleet.ask('/api/bots?start=true', {
      ...{ method: 'POST', headers: json },
      body: JSON.stringify(CONFIG),
    });
    t.equal(made.status, 201);
    await page.goto(`${fleet.url}/bots/eth-steps`);
    await page.locator('#bot-header .state').getByText('running').waitFor();
    await page.locator('#config').getByRole('radio', { name: 'Always', exact: true }).check();
    await page.locator('#config').getByRole('radio', { name: 'Ladder', exact: true }).check();
    await page.locator('[name="plan.steps"]').fill(STEPS);
    await page.locator('[name="plan.maxBatches"]').fill('1');
    await page
      .locator('#settings-preview')
      .getByText(/plan\.name/)
      .waitFor();
    t.match(await page.locator('#settings-preview').innerText(), /plan\.name\s+single\s+ladder/);
    await page.getByRole('button', { name: 'Check and save' }).click();
    await page.locator('#config .saved').getByText('It counts now').waitFor();
    await page.locator('#bot-header .what').getByText('always × ladder').waitFor();
    await page.locator('#progress .part').first().waitFor();
    quiet(t);
  });

  await step('each step of its batch says by mark and word how far it is', async (t) => {
    await page.locator('#progress .step.done').first().waitFor();
    const part = page.locator('#progress .part').first();
    const words = (await part.locator('.step').allTextContents()).map((each) => each.replace(/\s+/g, ' '));
    t.match(words, [
      /✓ ?done: 40 % at \+0\.02 %/,
      /◌ ?next: 30 % at \+60 %.* on exchange/,
      /· ?waits: 29\.6 % at \+70 %/,
      /↷ ?skipped: .* 0\.4 % at \+80 %.*skipped/,
    ]);
    t.match(await part.locator('.part-done').textContent(), '1 of 4 sold, 1 skipped');
    await part.getByRole('link', { name: 'Sell… Batch 1' }).waitFor();
    quiet(t);
    await fleet.ask('/api/bots/eth-steps/flatten', { method: 'POST', headers: json, body: '{}' });
    await fleet.ask('/api/bots/eth-steps?force=true', { method: 'DELETE' });
    await page.goto(fleet.url);
  });
}
