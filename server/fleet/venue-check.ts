import type { BotConfig } from '../../bot/config.js';
import { dec, type DecimalText } from '../../core/decimal.js';
import type { Instrument } from '../../core/rules.js';
import type { WorstCase } from '../../core/strategy.js';
import { marketOf } from '../../exchange/connect.js';
import { ExchangeError, type Exchange } from '../../exchange/port.js';
import { listKeys } from '../../exchange/keys/vault.js';
import { planNamed } from '../../strategies/registry.js';
import { whoAsks } from '../auth/context.js';
import { FlotillaError, together } from './errors.js';
import { symbolUnknown } from './symbol-unknown.js';

const ANSWER_WITHIN_MS = 3_000;

/**
 * What only the venue knows of a config: whether it trades the symbol, has klines of the
 * interval, and whether the budget buys the smallest order.
 * A venue that cannot be reached now is not asked: the bot itself finds out when it starts.
 * Errors: KEY_REFUSED, SYMBOL_UNKNOWN, INTERVAL_UNKNOWN, BOT_BUDGET_TOO_SMALL, PLAN_UNFIT.
 */
export async function checkVenue(data: string, config: BotConfig): Promise<void> {
  const [first, ...more] = await venueMistakes(data, config);
  if (first !== undefined) throw together(first, ...more);
}

/** All that `checkVenue` would refuse. */
export async function venueMistakes(data: string, config: BotConfig): Promise<FlotillaError[]> {
  const { mistakes, market } = await askedVenue(data, config);
  if (market === null) return mistakes;
  if (market.unknownInterval !== null) mistakes.push(market.unknownInterval);
  return [...mistakes, ...marketMistakes(config, market)];
}

async function askedVenue(
  data: string,
  config: BotConfig,
): Promise<{ mistakes: FlotillaError[]; market: Answer | null }> {
  const mistakes: FlotillaError[] = [];
  const noted = (error: unknown): null => {
    if (!(error instanceof FlotillaError)) throw error;
    mistakes.push(error);
    return null;
  };
  await checkKey(data, config).catch(noted);
  return { mistakes, market: await askVenue(data, config).catch(noted) };
}

/** What its market does not take of a bot's money and plan: BOT_BUDGET_TOO_SMALL, PLAN_UNFIT. */
export function marketMistakes(config: BotConfig, market: MarketNow): FlotillaError[] {
  const found = [budgetMistake(config, market.instrument), planMistake(config, market)];
  // That the budget is too small is said once.
  return found.flatMap((error, at) =>
    error === null || (at > 0 && error.field === found[0]?.field) ? [] : [error],
  );
}

/** The symbol's rules and its last price. */
export interface MarketNow {
  readonly instrument: Instrument;
  readonly price: DecimalText | null;
}

interface Answer extends MarketNow {
  /** INTERVAL_UNKNOWN; null where it has klines of the interval, or does not tell. */
  readonly unknownInterval: FlotillaError | null;
}

/** What the config may cost on its venue; null where the venue does not answer now. Errors as `checkVenue`. */
export async function worstCaseOf(data: string, config: BotConfig): Promise<WorstCase | null> {
  await checkKey(data, config);
  const market = await askVenue(data, config);
  if (market === null) return null;
  if (market.unknownInterval !== null) throw market.unknownInterval;
  return planNamed(config.plan.name).worstCase(config.plan, { ...market, budget: config.budget });
}

function planMistake({ plan, budget }: BotConfig, market: MarketNow): FlotillaError | null {
  const problem = planNamed(plan.name).check?.(plan, { ...market, budget }) ?? null;
  if (problem === null) return null;
  const field = problem.parameter === 'budget' ? 'budget' : `plan.${problem.parameter}`;
  return new FlotillaError('PLAN_UNFIT', `${field} ${problem.message}.`, { field });
}

/** Errors: KEY_REFUSED when the config names no key for its venue that whoever asks may use: an admin any, others their own. */
export async function checkKey(data: string, { venue, key }: BotConfig): Promise<void> {
  if (venue === 'paper') return;
  const who = whoAsks();
  const all = who === null || who.role === 'admin';
  const stored = (await listKeys(data)).filter(({ owner }) => all || owner === who.id);
  const named = stored.find(({ id }) => id === key);
  if (named?.venue === venue) return;
  const fit = stored.filter((each) => each.venue === venue).map(({ id }) => id);
  const problem =
    named === undefined
      ? `No key "${key}" is stored.`
      : `The key "${key}" is one of ${named.venue}, not of ${venue}.`;
  const way =
    fit.length === 0
      ? `Store one with: flotilla key add NAME --venue ${venue}`
      : `Stored for ${venue}: ${fit.join(', ')}.`;
  throw new FlotillaError('KEY_REFUSED', `${problem} ${way}`, { field: 'key' });
}

/** SYMBOL_UNKNOWN, where the rest of a config cannot be read; null where it is traded, or its venue does not tell now. */
export async function symbolMistake(
  data: string,
  { venue, symbol }: Pick<BotConfig, 'venue' | 'symbol'>,
): Promise<FlotillaError | null> {
  try {
    await asking(data, venue, (exchange) => askSymbol(data, exchange, symbol));
    return null;
  } catch (error) {
    return error instanceof FlotillaError ? error : null;
  }
}

function askVenue(data: string, config: BotConfig): Promise<Answer | null> {
  return asking(data, config.venue, (exchange) => ask(data, exchange, config));
}

async function asking<Told>(
  data: string,
  venue: BotConfig['venue'],
  question: (exchange: Exchange) => Promise<Told | null>,
): Promise<Told | null> {
  let exchange: Exchange;
  try {
    exchange = marketOf(venue, data);
  } catch {
    return null; // no paper exchange was ever started here
  }
  try {
    return await inTime(question(exchange));
  } finally {
    await exchange.close().catch(() => {});
  }
}

/** The asset that a symbol is traded in; null where its venue does not tell now. */
export async function quoteOf(data: string, config: BotConfig): Promise<string | null> {
  const market = await askVenue(data, config).catch(() => null);
  return market?.instrument.quote ?? null;
}

async function ask(data: string, exchange: Exchange, config: BotConfig): Promise<Answer | null> {
  const instrument = await askSymbol(data, exchange, config.symbol);
  if (instrument === null) return null;
  const unknownInterval = await askInterval(exchange, config);
  return { instrument, unknownInterval, price: await exchange.price(config.symbol).catch(() => null) };
}

/** A day contains every shorter interval: a market with days, but none of these klines, will never have them. */
async function askInterval(
  exchange: Exchange,
  { symbol, interval }: BotConfig,
): Promise<FlotillaError | null> {
  const count = async (of: BotConfig['interval']): Promise<number | null> =>
    exchange.klines({ symbol, interval: of, limit: 1 }).then(
      (klines) => klines.length,
      () => null,
    );
  if ((await count(interval)) !== 0 || !(await count('1d'))) return null;
  return new FlotillaError(
    'INTERVAL_UNKNOWN',
    `${symbol} cannot be traded every ${interval}: this market has no ${interval} klines. Choose a longer interval.`,
    { field: 'interval' },
  );
}

async function askSymbol(data: string, exchange: Exchange, symbol: string): Promise<Instrument | null> {
  try {
    await exchange.connect();
    return await exchange.instrument(symbol);
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.kind !== 'invalid') return null;
    const known = (await exchange.instruments()).map((instrument) => instrument.symbol);
    throw symbolUnknown(data, exchange.venue, symbol, known);
  }
}

function budgetMistake(
  { symbol, budget }: BotConfig,
  { minNotional, quote }: Instrument,
): FlotillaError | null {
  if (dec(budget).gte(dec(minNotional))) return null;
  return new FlotillaError(
    'BOT_BUDGET_TOO_SMALL',
    `The budget is ${budget} ${quote}, but an order on ${symbol} must be worth at least ${minNotional} ${quote}. Choose a larger budget.`,
    { field: 'budget' },
  );
}

/** Null when the venue does not answer in time. */
export function inTime<Answer>(asking: Promise<Answer>): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ANSWER_WITHIN_MS);
    asking.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
