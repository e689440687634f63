import { z } from 'zod';
import type { DecimalText } from '../../core/decimal.js';
import { INTERVALS, type Interval } from '../../core/kline.js';
import type { ParameterSchema } from '../../core/strategy.js';
import { allStrategies, decimalText, planNamed } from '../../strategies/registry.js';
import { ID_RULE, isBotId } from './id.js';
import { shown } from '../../strategies/shown.js';

/** The venues a bot may name; all but `paper` need keys. */
export const VENUES = ['paper', 'binance-testnet', 'binance'] as const;
export type Venue = (typeof VENUES)[number];

/** A signal or plan by name, with its parameters beside it (defaults filled in). */
export interface StrategyChoice {
  readonly name: string;
  readonly [parameter: string]: unknown;
}

/** What one bot should do: `data/bots/<id>/config.json` (design §5), parsed, checked and with all defaults. */
export interface BotConfig {
  readonly id: string;
  readonly name: string;
  readonly venue: Venue;
  /** The stored key that signs its orders; on every venue but paper, which has its own. */
  readonly key?: string;
  readonly symbol: string;
  readonly interval: Interval;
  /** In quote asset. */
  readonly budget: DecimalText;
  readonly signal: StrategyChoice;
  readonly plan: StrategyChoice;
  readonly risk: Risk;
  /** Decides and records, but sends no order. */
  readonly dryRun: boolean;
  readonly tags: readonly string[];
  /** What happens when a protective order is cancelled at the exchange, not by the bot; replaced if absent. */
  readonly protectionCancelled?: 'replace' | 'leave';
  /** Whether an edit counts for the running cycle too; from the next one on if absent. */
  readonly appliesTo?: 'now' | 'next-cycle';
}

/** The caps of one bot; one that is left out does not count. */
export interface Risk {
  readonly maxDailyLossPercent?: number;
  readonly maxDrawdownPercent?: number;
  readonly maxOrdersPerHour?: number;
}

/** A config as written: what has a default may be missing. */
export type ConfigInput = Pick<BotConfig, 'id' | 'symbol' | 'interval' | 'budget' | 'signal' | 'plan'> &
  Partial<BotConfig>;

const { signals, plans } = allStrategies();

/** The caps of one bot. None of them ever holds back an exit or a protective order. */
export const riskSchema = z.strictObject({
  maxDailyLossPercent: z.number().gt(0).max(100).optional().meta({
    title: 'Daily loss limit (%)',
    description:
      'No entries for the rest of the UTC day of market time once equity is down by this much since the day began; entries that rest are taken back.',
  }),
  maxDrawdownPercent: z.number().gt(0).max(100).optional().meta({
    title: 'Drawdown limit (%)',
    description:
      'No entries once equity is this far below its highest, until you resume the bot (or raise the limit); entries that rest are taken back.',
  }),
  maxOrdersPerHour: z.number().int().min(1).max(1000).optional().meta({
    title: 'Entries per hour',
    description:
      'At most so many entry orders in any hour of market time; exits and protection do not count.',
  }),
});

export const configSchema = z
  .strictObject({
    $schema: z.string().optional().meta({ description: 'The schema that editors check this file with.' }),
    id: z
      .string()
      .refine(isBotId, { error: ID_RULE })
      .meta({ title: 'Id', description: 'Equals the name of the folder.' }),
    name: z
      .string()
      .trim()
      .min(1)
      .max(80)
      .optional()
      .meta({ title: 'Name', description: 'What the dashboard calls it; the id if left out.' }),
    venue: z.enum(VENUES).default('paper').meta({ title: 'Venue', description: 'Where it trades.' }),
    key: z.string().refine(isBotId, { error: ID_RULE }).optional().meta({
      title: 'Key',
      description: 'The stored key it trades with; "flotilla key list" shows them. Paper needs none.',
    }),
    symbol: z
      .string()
      .superRefine((value, context) => {
        const message = symbolProblem(value);
        if (message !== null) context.addIssue({ code: 'custom', message });
      })
      .meta({
        title: 'Symbol',
        description: 'The pair it trades, such as BTCUSDT.',
        pattern: '^[A-Z0-9]{2,20}$',
      }),
    interval: z
      .enum(INTERVALS)
      .meta({ title: 'Interval', description: 'Length of the klines it decides on.' }),
    budget: decimalText().meta({ title: 'Budget', description: 'What it may spend, in the quote asset.' }),
    signal: choice(signals).meta({ title: 'Signal', description: 'When to enter and exit.' }),
    plan: choice(plans).meta({ title: 'Plan', description: 'What to hold and how to leave.' }),
    risk: riskSchema.default({}).meta({ title: 'Risk' }),
    dryRun: z
      .boolean()
      .default(false)
      .meta({ title: 'Dry run', description: 'Decide and record, but send no order.' }),
    tags: z.array(z.string().trim().min(1).max(40)).max(20).default([]).meta({ title: 'Tags' }),
    protectionCancelled: z.enum(['replace', 'leave']).optional().meta({
      title: 'When protection is cancelled by hand',
      description:
        'Whether a stop or OCO that somebody cancels at the exchange is placed again (if left out), or left away until the next entry or exit, or until the bot is resumed.',
    }),
    appliesTo: z.enum(['now', 'next-cycle']).optional().meta({
      title: 'Applies to',
      description: 'Whether an edit counts for the running cycle too, or from the next one on (if left out).',
    }),
  })
  .superRefine(({ signal, plan }, context) => {
    const message = leadProblem(String(signal.name), String(plan.name));
    if (message !== null) context.addIssue({ code: 'custom', path: ['signal', 'name'], message });
  });

/** A plan that follows its user heeds no signal: one that signals would seem to do something. */
function leadProblem(signal: string, plan: string): string | null {
  if (planNamed(plan).follows === undefined || signal === 'manual') return null;
  return `must be "manual" for the plan "${plan}": your own trades lead it, and no signal is followed`;
}

interface Definition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: ParameterSchema;
}

/** One object per definition, told apart by `name`, with its parameters beside it and nothing else. */
function choice(definitions: readonly Definition[]) {
  const options = definitions.map(({ name, title, description, parameters }) =>
    parameters
      .safeExtend({ name: z.literal(name) })
      .strict()
      .meta({ title, description }),
  );
  return z.discriminatedUnion('name', options as [(typeof options)[number], ...typeof options]);
}

/** Why a text is no symbol; null if it may be one (whether the venue trades it is for the venue to say). */
function symbolProblem(value: string): string | null {
  if (/^[A-Z0-9]{2,20}$/.test(value)) return null;
  const meant = value
    .trim()
    .replace(/[-/_ :]/g, '')
    .toUpperCase();
  const problem = `must be 2 to 20 upper-case letters and digits, is ${shown(value)}`;
  return /^[A-Z0-9]{2,20}$/.test(meant) ? `${problem}; did you mean "${meant}"?` : problem;
}
