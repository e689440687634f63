import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseConfig } from '../bot/config.js';
import type { PlanDefinition, SignalDefinition } from '../core/strategy.js';
import { allStrategies, planNamed, plans, signalNamed, signals } from '../strategies/registry.js';
import { usage } from './backtest-input.js';
import type { Context } from './command.js';
import { DONE, WRONG_INPUT } from './output.js';

interface Checked {
  readonly what: string;
  readonly faults: readonly string[];
}

/** `flotilla check --lookahead`: signals, plans, configs or files of one's own; all signals and plans where none is named. */
export async function checkLookahead({ output }: Context, given: readonly string[]): Promise<number> {
  const checked: Checked[] = [];
  if (given.length === 0) {
    for (const signal of allStrategies().signals) checked.push(await signalChecked(signal));
    for (const plan of allStrategies().plans) checked.push(await planChecked(plan));
  }
  for (const what of given) checked.push(...(await checkOne(what)));
  const wrong = checked.filter(({ faults }) => faults.length > 0);
  output.result(
    { ok: wrong.length === 0, checked },
    checked
      .flatMap(({ what, faults }) => (faults.length === 0 ? [`${what} looks at nothing ahead.`] : faults))
      .join('\n'),
  );
  return wrong.length === 0 ? DONE : WRONG_INPUT;
}

async function checkOne(what: string): Promise<Checked[]> {
  const known = signals.get(what);
  if (known !== undefined) return [await signalChecked(known)];
  const plan = plans.get(what);
  if (plan !== undefined) return [await planChecked(plan)];
  if (!existsSync(what))
    throw usage(
      'lookahead',
      `"${what}" is no signal (${[...signals.keys()].join(', ')}), no plan (${[...plans.keys()].join(', ')}) and no file.`,
    );
  return /\.[cm]?[jt]s$/.test(what) ? ownChecked(what) : configChecked(what);
}

async function ownChecked(file: string): Promise<Checked[]> {
  const { readStrategies } = await import('./strategy-file.js');
  const own = await readStrategies(file);
  return [
    ...(await Promise.all(own.signals.map(signalChecked))),
    ...(await Promise.all(own.plans.map(planChecked))),
  ];
}

/** With the defaults of its parameters, on klines of an hour, as any other would do. */
async function signalChecked(signal: SignalDefinition): Promise<Checked> {
  const { signalFaults } = await import('../bot/lookahead/signal-check.js');
  const parameters = signal.parameters.parse({}) as never;
  return { what: `The signal ${signal.name}`, faults: signalFaults(signal, parameters, '1h') };
}

async function planChecked(plan: PlanDefinition): Promise<Checked> {
  const { planFaults } = await import('../bot/lookahead/plan-check.js');
  return { what: `The plan ${plan.name}`, faults: planFaults(plan, plan.parameters.parse({}) as never) };
}

/** A bot's own parameters and interval: its signal, its plan, and both at work. */
async function configChecked(file: string): Promise<Checked[]> {
  const config = parseConfig(await readFile(file, 'utf8'), file);
  const [{ signalFaults }, { planFaults }, { botFaults }] = await Promise.all([
    import('../bot/lookahead/signal-check.js'),
    import('../bot/lookahead/plan-check.js'),
    import('../bot/lookahead/bot-check.js'),
  ]);
  const { signal, plan, interval } = config;
  const faults = [
    ...signalFaults(signalNamed(signal.name), signal as never, interval),
    ...planFaults(planNamed(plan.name), plan as never),
    ...botFaults(config),
  ];
  return [{ what: `${file}: ${signal.name} with ${plan.name}`, faults }];
}
