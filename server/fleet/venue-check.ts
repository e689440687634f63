import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suggestion, type BotConfig } from '../../bot/config.js';
import { dec, type DecimalText } from '../../core/decimal.js';
import type { Instrument } from '../../core/rules.js';
import type { WorstCase } from '../../core/strategy.js';
import { marketOf } from '../../exchange/connect.js';
import { ExchangeError, type Exchange } from '../../exchange/port.js';
import { listKeys } from '../../exchange/keys/vault.js';
import { planNamed } from '../../strategies/registry.js';
import { whoAsks } from '../auth/context.js';
import { FlotillaError } from './errors.js';

const ANSWER_WITHIN_MS = 3_000;

/**
 * What only the venue knows of a config: whether it trades the symbol, has klines of the
 * interval, and whether the budget buys the smallest order.
 * A venue that cannot be reached now is not asked: the bot itself finds out when it starts.
 * Errors: KEY_REFUSED, SYMBOL_UNKNOWN, INTERVAL_UNKNOWN, BOT_BUDGET_TOO_SMALL, PLAN_UNFIT.
 */
export async function checkVenue(data: string, config: BotConfig): Promise<void> {
  await checkKey(data, config);
  const market = await askVenue(data, config);
  if (market === null) return;
  checkMarket(config, market);
}

/** Whether its market takes a bot's money and plan. Errors: BOT_BUDGET_TOO_SMALL, PLAN_UNFIT. */
export function checkMarket(config: BotConfig, market: MarketNow): void {
  checkBudget(config, market.instrument);
  checkPlan(config, market);
}

/** The symbol's rules and its last price. */
export interface MarketNow {
  readonly instrument: Instrument;
  readonly price: DecimalText | null;
}

/** What the config may cost on its venue; null where the venue does not answer now. Errors as `checkVenue`. */
export async function worstCaseOf(data: string, config: BotConfig): Promise<WorstCase | null> {
  await checkKey(data, config);
  const market = await askVenue(data, config);
  if (market === null) return null;
  return planNamed(config.plan.name).worstCase(config.plan, { ...market, budget: config.budget });
}

function checkPlan({ plan, budget }: BotConfig, market: MarketNow): void {
  const problem = planNamed(plan.name).check?.(plan, { ...market, budget }) ?? null;
  if (problem === null) return;
  const field = problem.parameter === 'budget' ? 'budget' : `plan.${problem.parameter}`;
  throw new FlotillaError('PLAN_UNFIT', `${field} ${problem.message}.`, { field });
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

async function askVenue(data: string, config: BotConfig): Promise<MarketNow | null> {
  let exchange: Exchange;
  try {
    exchange = marketOf(config.venue, data);
  } catch {
    return null; // no paper exchange was ever started here
  }
  try {
    return await inTime(ask(data, exchange, config));
  } finally {
    await exchange.close().catch(() => {});
  }
}

/** The asset that a symbol is traded in; null where its venue does not tell now. */
export async function quoteOf(data: string, config: BotConfig): Promise<string | null> {
  const market = await askVenue(data, config).catch(() => null);
  return market?.instrument.quote ?? null;
}

async function ask(data: string, exchange: Exchange, config: BotConfig): Promise<MarketNow | null> {
  const instrument = await askSymbol(data, exchange, config.symbol);
  if (instrument === null) return null;
  await askInterval(exchange, config);
  return { instrument, price: await exchange.price(config.symbol).catch(() => null) };
}

/** A day contains every shorter interval: a market with days, but none of these klines, will never have them. */
async function askInterval(exchange: Exchange, { symbol, interval }: BotConfig): Promise<void> {
  const count = async (of: BotConfig['interval']): Promise<number | null> =>
    exchange.klines({ symbol, interval: of, limit: 1 }).then(
      (klines) => klines.length,
      () => null,
    );
  if ((await count(interval)) !== 0 || !(await count('1d'))) return;
  throw new FlotillaError(
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
    throw symbolUnknown(exchange.venue, symbol, known, followsMore(data, exchange.venue, symbol));
  }
}

/** `known`: what the venue does trade, one of which may be meant. */
export function symbolUnknown(
  venue: string,
  symbol: string,
  known: readonly string[],
  more: string | null = null,
): FlotillaError {
  const meant = suggestion(symbol, known);
  const trades = more ?? `It trades ${listed(known)}.`;
  const way = meant === null ? trades : `Did you mean ${meant}?`;
  return new FlotillaError('SYMBOL_UNKNOWN', `${venue} does not trade ${symbol}. ${way}`, {
    field: 'symbol',
  });
}

/** Paper on live prices takes up another symbol when it is asked to; null on any other market. */
function followsMore(data: string, venue: string, symbol: string): string | null {
  if (venue !== 'paper' || !existsSync(join(data, 'paper', 'live', 'symbols.json'))) return null;
  return `It follows no prices of it yet: end the server (Ctrl-C) and start it with flotilla up --live --symbols ${symbol}, which keeps the others.`;
}

function listed(symbols: readonly string[]): string {
  return symbols.length <= 8
    ? symbols.join(', ')
    : `${symbols.slice(0, 8).join(', ')} and ${symbols.length - 8} more`;
}

function checkBudget({ symbol, budget }: BotConfig, { minNotional, quote }: Instrument): void {
  if (dec(budget).gte(dec(minNotional))) return;
  throw new FlotillaError(
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
