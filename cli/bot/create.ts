import type { Command } from 'commander';
import { configOf, parseSet, type SettingTree } from '../../bot/config.js';
import { plans, signals } from '../../strategies/registry.js';
import { checkId } from '../../server/fleet/configs.js';
import { define, type CommonOptions } from '../command.js';
import { startAsked } from './real-money.js';

interface Options extends CommonOptions {
  readonly symbol: string;
  readonly interval: string;
  readonly signal: string;
  readonly plan: string;
  readonly budget: string;
  readonly venue: string;
  readonly key?: string;
  readonly name?: string;
  readonly dryRun?: boolean;
  readonly set: readonly string[];
  readonly start?: boolean;
}

/** An option that may be repeated. */
export const each = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `flotilla bot create <id> …` */
export function createCommand(bot: Command): void {
  const command = bot
    .command('create <id>')
    .description('makes a bot')
    .requiredOption('--symbol <symbol>', 'the pair it trades, such as BTCUSDT')
    .requiredOption('--interval <interval>', 'the length of the klines it decides on, such as 5m')
    .requiredOption('--signal <name>', `when to enter and exit: ${[...signals.keys()].join(', ')}`)
    .requiredOption('--plan <name>', `what to hold and how to leave: ${[...plans.keys()].join(', ')}`)
    .requiredOption('--budget <amount>', 'what it may spend, in the quote asset')
    .option('--venue <venue>', 'where it trades', 'paper')
    .option('--key <name>', 'the stored key that it trades with; paper needs none')
    .option('--name <name>', 'what the dashboard calls it')
    .option('--dry-run', 'decide and record, but send no order')
    .option('--set <name=value>', 'a setting, such as signal.rsiPeriod=14; may be repeated', each, [])
    .option('--start', 'start it at once');
  define<Options>(command, async (context, options, [id = '']) => {
    const { fleet, output } = context;
    checkId(id);
    const config = configFrom(id, options);
    await fleet().create(config);
    if (options.start) await startAsked(context, id);
    const worst = await fleet().worstCase(config);
    const started = options.start ? ' and started it' : `. Start it with flotilla bot start ${id}`;
    const words = worst === null ? [] : ['In the worst case:', ...worst.words.map((each) => `  ${each}`)];
    const view = { ...(await fleet().show(id)), worstCase: worst };
    output.result(view, [`Made the bot ${id}${started}.`, ...words].join('\n'));
  });
}

/** The config that the options spell; only what was said, so that defaults remain defaults. */
function configFrom(id: string, options: Options): unknown {
  const { symbol, interval, signal, plan, budget, venue, key, name, dryRun } = options;
  const choices = { signal: { name: signal }, plan: { name: plan } };
  const base = { id, symbol, interval, budget, venue, ...(key === undefined ? {} : { key }), ...choices };
  // A misspelt signal is told before the settings that would only be right for the one meant.
  configOf(base, 'options');
  const settings: SettingTree = parseSet(options.set, { signal, plan });
  return {
    ...base,
    ...(name === undefined ? {} : { name }),
    ...(dryRun === undefined ? {} : { dryRun }),
    ...settings,
    signal: { name: signal, ...(settings.signal as object | undefined) },
    plan: { name: plan, ...(settings.plan as object | undefined) },
  };
}
