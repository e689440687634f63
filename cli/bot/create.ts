import type { Command } from 'commander';
import { configOf, ConfigError, parseSet, VENUES, type ConfigProblem } from '../../bot/config.js';
import { plans, signals } from '../../strategies/registry.js';
import { checkId } from '../../server/fleet/configs.js';
import { FlotillaError } from '../../server/fleet/errors.js';
import { symbolMistake } from '../../server/fleet/venue-check.js';
import { define, type CommonOptions } from '../command.js';
import { sayMade, startMade } from './making.js';

interface Options extends CommonOptions {
  readonly symbol?: string;
  readonly interval?: string;
  readonly signal?: string;
  readonly plan?: string;
  readonly budget?: string;
  readonly venue: string;
  readonly key?: string;
  readonly name?: string;
  readonly dryRun?: boolean;
  readonly set: readonly string[];
  readonly start?: boolean;
}

const NEEDED = ['symbol', 'interval', 'signal', 'plan', 'budget'] as const;
type Whole = Options & Readonly<Record<(typeof NEEDED)[number], string>>;

/** An option that may be repeated. */
export const each = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `flotilla bot create <id> …` */
export function createCommand(bot: Command): void {
  const command = bot
    .command('create [id]')
    .usage('<id> --symbol S --interval I --signal NAME --plan NAME --budget AMOUNT [options]')
    .description('makes a bot')
    .option('--symbol <symbol>', 'the pair it trades, such as BTCUSDT (needed)')
    .option('--interval <interval>', 'the length of the klines it decides on, such as 5m (needed)')
    .option('--signal <name>', `when to enter and exit: ${[...signals.keys()].join(', ')} (needed)`)
    .option('--plan <name>', `what to hold and how to leave: ${[...plans.keys()].join(', ')} (needed)`)
    .option('--budget <amount>', 'what it may spend, in the quote asset (needed)')
    .option('--venue <venue>', 'where it trades', 'paper')
    .option('--key <name>', 'the stored key that it trades with; paper needs none')
    .option('--name <name>', 'what the dashboard calls it')
    .option('--dry-run', 'decide and record, but send no order')
    .option('--set <name=value>', 'a setting, such as signal.rsiPeriod=14; may be repeated', each, [])
    .option('--start', 'start it at once');
  define<Options>(command, async (context, options, [given]) => {
    const { id, ...whole } = refuseIncomplete(given, options);
    const config = await configFrom(context.data, id, whole);
    await context.fleet().create(config);
    const { start: started = false } = options;
    if (started) await startMade(context, id);
    await sayMade(context, { id, made: `Made the bot ${id}`, config, started });
  });
}

/** Everything that is missing in one sentence: nobody should have to ask again and again. */
function refuseIncomplete(id: string | undefined, options: Options): Whole & { readonly id: string } {
  const missing = NEEDED.filter((name) => options[name] === undefined).map((name) => `--${name}`);
  const lacks = [...(id === undefined ? ['its id'] : []), ...missing];
  if (id !== undefined && lacks.length === 0) return { ...(options as Whole), id };
  const example =
    'flotilla bot create btc-dip --symbol BTCUSDT --interval 5m --signal rsi --plan single --budget 1000';
  const last = lacks.at(-1) ?? '';
  const named = lacks.length === 1 ? last : `${lacks.slice(0, -1).join(', ')} and ${last}`;
  throw new FlotillaError('USAGE', `A new bot needs ${named}, as in: ${example}`);
}

/**
 * The config that the options spell; only what was said, so that defaults remain defaults. Errors: CONFIG_INVALID with
 * all that is wrong, by the names of the options.
 */
async function configFrom(data: string, id: string, options: Whole): Promise<Record<string, unknown>> {
  const { symbol, interval, signal, plan, budget, venue, key, name, dryRun } = options;
  const problems: ConfigProblem[] = [];
  // Under a misspelt name no setting can be judged: the name alone is wrong, until it is right.
  const misspelt = [...(signals.has(signal) ? [] : ['signal.']), ...(plans.has(plan) ? [] : ['plan.'])];
  const pairs = options.set.filter((pair) => !misspelt.some((section) => pair.trim().startsWith(section)));
  const settings = collected(problems, () => parseSet(pairs, { signal, plan })) ?? {};
  const config = {
    id,
    symbol: symbol.toUpperCase(),
    interval,
    budget,
    venue,
    ...(key === undefined ? {} : { key }),
    ...(name === undefined ? {} : { name }),
    ...(dryRun === undefined ? {} : { dryRun }),
    ...settings,
    signal: { name: signal, ...(settings.signal as object | undefined) },
    plan: { name: plan, ...(settings.plan as object | undefined) },
  };
  collected(problems, () => configOf(config, 'options'));
  // The id alone has a code of its own.
  if (problems.every(({ path }) => path === 'id')) checkId(id);
  if (problems.length === 0) return config;
  throw new ConfigError([...problems, ...(await unknownSymbol(data, config, problems))]);
}

/** What the venue says of the symbol, beside all else that is wrong: nobody should have to ask again for it. */
async function unknownSymbol(
  data: string,
  { venue, symbol }: { readonly venue: string; readonly symbol: string },
  problems: readonly ConfigProblem[],
): Promise<ConfigProblem[]> {
  const known = VENUES.find((each) => each === venue);
  if (known === undefined || problems.some(({ path }) => path === 'symbol')) return [];
  const mistake = await symbolMistake(data, { venue: known, symbol });
  if (mistake === null) return [];
  return [{ file: 'options', line: 0, column: 0, path: 'symbol', message: mistake.message, value: symbol }];
}

/** The answer; undefined where there are problems, which are kept. */
function collected<Answer>(problems: ConfigProblem[], read: () => Answer): Answer | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
