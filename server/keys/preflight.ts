/** What is asked before a bot trades real money: each line is all right, worth a thought, or keeps it from starting. */
import type { BotConfig } from '../../bot/config.js';
import { readCaps } from '../../bot/files/caps-file.js';
import { wishOf } from '../../bot/files/needs.js';
import { ownedAlike } from '../../bot/files/owners-look.js';
import { capsOn, deniedOf } from '../../bot/files/partition.js';
import { reservationWords } from '../../bot/files/reservation-words.js';
import { readReservations } from '../../bot/files/reservations.js';
import { grouped } from '../../bot/files/words.js';
import { dec, rounded, ZERO, type Decimal } from '../../core/decimal.js';
import type { Instrument } from '../../core/rules.js';
import { exchangeFor } from '../../exchange/connect.js';
import { isRedirected, type LiveVenue } from '../../exchange/endpoints.js';
import type { Preflight, PreflightLine } from '../../exchange/keys/shown.js';
import type { Exchange } from '../../exchange/port.js';
import { planNamed } from '../../strategies/registry.js';
import { FlotillaError } from '../fleet/errors.js';
import { isDiscreet } from '../fleet/reserving.js';
import { warningsOf, type Keys } from './keys.js';

/** Another bot of the fleet. */
export interface Neighbour {
  readonly id: string;
  readonly venue: string;
  readonly key?: string;
  readonly symbol: string;
  readonly desired: 'running' | 'stopped';
}

/** A kline's close decides, so a clock that is off by this much is off. */
const CLOCK_WARNS_MS = 1_000;

type LiveConfig = BotConfig & { readonly venue: LiveVenue; readonly key: string };

export const isLiveConfig = (config: BotConfig): config is LiveConfig =>
  config.venue !== 'paper' && config.key !== undefined;

/** Asks key, venue and fleet; asks on after a line that refuses, so that all is said at once. */
export async function preflight(
  data: string,
  keys: Keys,
  config: LiveConfig,
  fleet: readonly Neighbour[],
): Promise<Preflight> {
  const lines = [
    ...(await keyLines(data, keys, config)),
    ...(await venueLines(data, config)),
    neighbourLine(config, fleet, await ownedAlike(data, config.id)),
  ];
  return { ok: lines.every(({ verdict }) => verdict !== 'refused'), lines };
}

/** Errors: REAL_MONEY. */
export function refuseRealMoney(id: string): never {
  throw new FlotillaError(
    'REAL_MONEY',
    `The bot "${id}" would trade real money; it is not started. Look at flotilla bot preflight ${id}, then start it with flotilla bot start ${id} --real-money.`,
  );
}

/** Errors: PREFLIGHT_FAILED with every line that refuses. */
export async function refuseUnfit(...asked: Parameters<typeof preflight>): Promise<void> {
  const { ok, lines } = await preflight(...asked);
  if (ok) return;
  const refusals = lines.filter(({ verdict }) => verdict === 'refused').map(({ words }) => words);
  throw new FlotillaError(
    'PREFLIGHT_FAILED',
    `The bot "${asked[2].id}" is not started. ${refusals.join(' ')}`,
  );
}

async function keyLines(data: string, keys: Keys, { key, venue }: LiveConfig): Promise<PreflightLine[]> {
  try {
    const { key: info } = await keys.check(key);
    const { permissions } = info;
    const able = permissions?.reading === true && permissions.spotTrading;
    const warnings = warningsOf(info, false);
    return [
      ok('key', `The key "${key}" (…${info.lastFour}) opens, and ${venue} takes it.`),
      able
        ? ok('permissions', 'It may read the account and trade; it may not withdraw.')
        : refused('permissions', warnings.join(' ')),
      ...(able && warnings.length > 0 ? [warning('permissions', warnings.join(' '))] : []),
      ...(isRedirected(data, venue)
        ? [warning('address', `venues.json sends ${venue} to another address than the exchange's own.`)]
        : []),
    ];
  } catch (error) {
    return [refused('key', (error as Error).message)];
  }
}

async function venueLines(data: string, config: LiveConfig): Promise<PreflightLine[]> {
  let exchange: Exchange | null = null;
  try {
    exchange = await exchangeFor(config, data);
    await exchange.connect();
    const clock = clockLine(exchange.now() - Date.now());
    const instrument = await exchange.instrument(config.symbol);
    const price = await exchange.price(config.symbol);
    const stake = { instrument, price, budget: config.budget };
    const held = (await exchange.balances()).find(({ asset }) => asset === instrument.quote);
    const free = held === undefined ? ZERO : dec(held.free);
    return [
      clock,
      symbolLine(config, instrument),
      exposureLine(config, stake),
      await capsLine(data, config, instrument),
      balanceLine(config, instrument, stake, free),
    ];
  } catch (error) {
    return [refused('symbol', `${config.venue} does not answer as it should: ${(error as Error).message}`)];
  } finally {
    await exchange?.close().catch(() => undefined);
  }
}

function clockLine(offMs: number): PreflightLine {
  const off = `${Math.abs(Math.round(offMs))} ms`;
  if (Math.abs(offMs) <= CLOCK_WARNS_MS)
    return ok('clock', `This machine's clock is ${off} off the exchange's.`);
  return warning(
    'clock',
    `This machine's clock is ${off} ${offMs > 0 ? 'behind' : 'ahead of'} the exchange's. Orders carry the exchange's time, so they work; set the clock right for logs and days (timedatectl set-ntp true).`,
  );
}

function symbolLine({ symbol, budget, venue }: LiveConfig, instrument: Instrument): PreflightLine {
  const { status, minNotional, quote } = instrument;
  if (status !== 'trading')
    return refused('symbol', `${symbol} is ${status} on ${venue}: no order is taken now.`);
  const least = `${say(dec(minNotional))} ${quote}`;
  if (dec(budget).lt(dec(minNotional)))
    return refused(
      'symbol',
      `An order on ${symbol} is worth at least ${least}, and the budget is ${budget}. Raise it.`,
    );
  return ok('symbol', `${symbol} trades; the smallest order is ${least}.`);
}

type Stake = Parameters<ReturnType<typeof planNamed>['worstCase']>[1];

function exposureLine({ plan }: LiveConfig, stake: Stake): PreflightLine {
  const problem = planNamed(plan.name).check?.(plan, stake) ?? null;
  const { words } = planNamed(plan.name).worstCase(plan, stake);
  if (problem !== null) return refused('exposure', `plan.${problem.parameter} ${problem.message}.`);
  return ok('exposure', `In the worst case: ${words.join(' ')}`);
}

/** As its start would be judged, without setting anything aside. */
async function capsLine(data: string, config: LiveConfig, instrument: Instrument): Promise<PreflightLine> {
  try {
    const wish = wishOf(config, null, instrument);
    const caps = await readCaps(data);
    const isNamed = await ownedAlike(data, config.id);
    const others = (await readReservations(data)).map((each) => {
      return { ...each, spendable: each.amount, unnamed: !isNamed(each.id) };
    });
    const denied = deniedOf(wish, others, { caps, total: null, discreet: isDiscreet() });
    const count = capsOn(wish, caps).length;
    if (denied !== null) return refused('caps', `${reservationWords(denied.code, denied.values)}.`);
    const asked = `It sets ${say(dec(wish.amount))} ${instrument.quote} aside`;
    if (count > 0) return ok('caps', `${asked}, within the ${count === 1 ? 'cap' : `${count} caps`} on it.`);
    return ok(
      'caps',
      `${asked}; no cap bounds what all bots may have together (flotilla caps set fleet.${instrument.quote}=…).`,
    );
  } catch (error) {
    return refused('caps', `Its money could not be set aside: ${(error as Error).message}`);
  }
}

function balanceLine(
  { plan, key }: LiveConfig,
  { quote }: Instrument,
  stake: Stake,
  free: Decimal,
): PreflightLine {
  const cost = dec(planNamed(plan.name).worstCase(plan, stake).cost);
  const has = `The account behind "${key}" has ${say(free)} ${quote} free`;
  if (free.gte(cost)) return ok('balance', `${has}; the bot spends ${say(cost)} at most.`);
  return refused(
    'balance',
    `${has}, and the bot would spend up to ${say(cost)}. Lower its budget, or deposit.`,
  );
}

/** Two bots on one symbol and key would share its stops' places and each other's coins. */
function neighbourLine(
  { id, symbol, venue, key }: LiveConfig,
  fleet: readonly Neighbour[],
  isNamed: (id: string) => boolean,
): PreflightLine {
  const others = fleet.filter(
    (other) =>
      other.id !== id &&
      other.symbol === symbol &&
      other.venue === venue &&
      other.key === key &&
      other.desired === 'running',
  );
  if (others.length === 0) return ok('neighbours', `No other bot trades ${symbol} with this key.`);
  const named = others.map((other) => other.id).filter(isNamed);
  const who = named.length === 0 ? 'Another bot' : named.join(', ');
  return refused(
    'neighbours',
    `${who} trades ${symbol} with this key already. Stop that one first, or choose another symbol.`,
  );
}

const ok = (what: PreflightLine['what'], words: string): PreflightLine => ({ what, verdict: 'ok', words });
const warning = (what: PreflightLine['what'], words: string): PreflightLine => ({
  what,
  verdict: 'warning',
  words,
});
const refused = (what: PreflightLine['what'], words: string): PreflightLine => ({
  what,
  verdict: 'refused',
  words,
});

const say = (amount: Decimal): string => grouped(rounded(amount, 2));
