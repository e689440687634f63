/** What a seed means: which market, which bots with which plans, on which accounts, and what is changed on the way. */
import type { BotConfig } from '../../bot/config.js';
import type { Interval } from '../../core/kline.js';
import { symbolInfo } from '../../exchange/paper/engine/exchange-info.js';
import type { EngineOptions, SymbolInfo } from '../../exchange/paper/engine/types.js';
import { plans } from '../../strategies/registry.js';
import { riskOf } from './caps-invariants.js';
import { Dice } from './dice.js';
import { followerOf, isFollower } from './follow-invariants.js';
import { planParameters } from './plans.js';

export interface Scenario {
  readonly info: SymbolInfo;
  readonly interval: Interval;
  readonly intervalMs: number;
  readonly tick: number;
  readonly start: number;
  readonly volatility: number;
  /** Fills come in slices, as in a thin market. */
  readonly engine: Partial<EngineOptions>;
  readonly bots: readonly { readonly account: string; readonly config: BotConfig }[];
  /** Small ones make journals of many files. */
  readonly segmentBytes: number;
  readonly bnbBurn: boolean;
  /** The user also sells what the bots hold, and spends what they reserved. */
  readonly hostile: boolean;
  /** Market time of each storm (ms); after each the run settles and is checked. */
  readonly storms: readonly number[];
}

const MARKETS = [
  { start: 100, tick: 0.01, step: '0.00001' },
  { start: 60_000, tick: 0.01, step: '0.00001' },
  { start: 0.35, tick: 0.0001, step: '0.1' },
  { start: 12, tick: 0.001, step: '0.01' },
];

export function scenarioOf(dice: Dice, seed: number): Scenario {
  const { start, tick, step } = dice.pick(MARKETS);
  const info = symbolInfo({
    symbol: 'SIMUSDT',
    base: 'SIM',
    quote: 'USDT',
    tickSize: String(tick),
    stepSize: step,
  });
  // Some symbols allow no market stop: a stop-limit takes its place.
  if (dice.chance(0.15)) info.orderTypes = info.orderTypes.filter((type) => type !== 'STOP_LOSS');
  const interval: Interval = dice.chance(0.7) ? '1m' : '5m';
  const count = dice.chance(0.35) ? 2 : 1;
  const bots = Array.from({ length: count }, (_, index) => ({
    account: 'main',
    config: configOf(dice, `bot${index}`, interval, seed + index, start),
  }));
  const intervalMs = interval === '1m' ? 60_000 : 300_000;
  const follows = Dice.of(seed, 'follower');
  const [first] = bots;
  // It watches minutes, which are this market's own klines only where it has those.
  if (first !== undefined && interval === '1m' && follows.chance(0.2))
    first.config = { ...first.config, ...followerOf(follows) };
  const caps = Dice.of(seed, 'caps');
  for (const bot of bots) if (caps.chance(0.3)) bot.config = { ...bot.config, risk: riskOf(caps) };
  return {
    info,
    interval,
    intervalMs,
    tick,
    start,
    volatility: dice.between(0.0005, 0.015),
    engine: engineOf(dice, Math.max(...bots.map(({ config }) => Number(config.budget)))),
    bots,
    segmentBytes: dice.chance(0.3) ? 20_000 : 8_000_000,
    bnbBurn: dice.chance(0.2),
    hostile: dice.chance(0.1),
    storms: Array.from({ length: dice.whole(1, 3) }, () => dice.whole(5, 40) * 60_000),
  };
}

function engineOf(dice: Dice, budget: number): Partial<EngineOptions> {
  const feeAsset = dice.chance(0.3) ? 'quote' : 'received';
  if (dice.chance(0.2)) return { feeAsset, profile: 'book' };
  if (dice.chance(0.4)) return { feeAsset };
  const share = dice.between(0.1, 1);
  return { feeAsset, partialFill: { maxQuoteNotional: Math.max(5, budget * share).toFixed(0) } };
}

function configOf(dice: Dice, id: string, interval: Interval, seed: number, price: number): BotConfig {
  const budget = budgetOf(dice);
  return {
    id,
    name: id,
    venue: 'binance',
    symbol: 'SIMUSDT',
    interval,
    budget,
    signal: signalOf(dice, seed),
    plan: planOf(dice, Number(budget) / price),
    risk: {},
    dryRun: false,
    tags: [],
  };
}

/** Small ones too: near the least that the exchange takes, where dust is made. */
function budgetOf(dice: Dice): string {
  return dice.chance(0.3) ? dice.between(5, 20).toFixed(2) : dice.between(20, 3_000).toFixed(2);
}

function signalOf(dice: Dice, seed: number): BotConfig['signal'] {
  return { name: 'dice', seed, enter: dice.between(0.2, 0.6), exit: dice.between(0, 0.4) };
}

/** Any plan there is, with parameters drawn for it; `affordable` is what the budget buys of the base asset. */
function planOf(dice: Dice, affordable: number): BotConfig['plan'] {
  const plan = dice.pick([...plans.values()].filter(({ follows }) => follows === undefined));
  return { name: plan.name, ...planParameters(plan, dice, affordable) };
}

/** A hand edit of a running bot's config. */
export function editOf(dice: Dice, config: BotConfig): BotConfig {
  const appliesTo = dice.pick(['now', 'next-cycle'] as const);
  if (dice.chance(0.4)) return { ...config, budget: budgetOf(dice), appliesTo };
  if (dice.chance(0.15)) return { ...config, risk: riskOf(dice), appliesTo };
  if (isFollower(config)) return { ...config, ...followerOf(dice), appliesTo };
  if (dice.chance(0.3)) return { ...config, signal: signalOf(dice, dice.whole(1, 1_000_000)), appliesTo };
  const plan = plans.get(config.plan.name)!;
  return { ...config, plan: { name: plan.name, ...planParameters(plan, dice, null) }, appliesTo };
}
