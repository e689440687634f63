import { claim, isFlat, isIdle, spendableOf, type Claim, type ClaimDeps } from '../../bot/files/claim.js';
import { accountOf, type BotConfig } from '../../bot/config.js';
import { botFolder } from '../../bot/files/folder.js';
import { grouped } from '../../bot/files/words.js';
import { wishOf } from '../../bot/files/needs.js';
import { ownedBy } from '../../bot/files/owners-look.js';
import { reservationWords } from '../../bot/files/reservation-words.js';
import {
  readReservation,
  readReservations,
  removeReservation,
  ReservationDamaged,
  reservationsFolder,
  reservedIds,
  type ReservationFile,
} from '../../bot/files/reservations.js';
import { restore } from '../../bot/files/restore.js';
import { dec, max, rounded, text, ZERO, type DecimalText } from '../../core/decimal.js';
import { exchangeFor } from '../../exchange/connect.js';
import { lockHolder } from '../../exchange/lock.js';
import type { Exchange } from '../../exchange/port.js';
import { planNamed } from '../../strategies/registry.js';
import { whoAsks } from '../auth/context.js';
import { FlotillaError } from './errors.js';
import { inTurn } from './turns.js';
import { inTime } from './venue-check.js';

/** The exchange does not answer now: the bot asks for itself when it starts. */
class Unasked extends Error {}

const isHeld = async (folder: string): Promise<boolean> => (await lockHolder(folder)) !== null;

/**
 * Sets a bot's money aside before it is started, as its own process would. A bot that holds something is started in any
 * case: it protects and sells, and says itself why it buys nothing. Errors: BUDGET_UNCOVERED, CAP_REACHED, RESERVATIONS_UNREADABLE.
 */
export async function reserveFor(data: string, config: BotConfig): Promise<void> {
  if (config.dryRun) return;
  const { amount, denied } = await onAccount(data, config, (exchange) =>
    claimFor(data, config, exchange),
  ).catch((error: unknown): Claim => {
    if (error instanceof Unasked) return { amount: null, denied: null };
    throw error;
  });
  if (amount !== null || denied === null || !(await isFlat(data, config.id))) return;
  // It stays stopped: what was set aside for dust that it holds is of no use.
  await removeReservation(data, config.id);
  const code = denied.code.startsWith('uncovered')
    ? 'BUDGET_UNCOVERED'
    : denied.code.startsWith('cap')
      ? 'CAP_REACHED'
      : 'RESERVATIONS_UNREADABLE';
  throw new FlotillaError(code, `${reservationWords(denied.code, denied.values)}.`, { field: 'budget' });
}

async function claimFor(data: string, config: BotConfig, exchange: Exchange): Promise<Claim> {
  const state = await stateOf(data, config.id);
  const market = state?.settings.instrument ?? (await answer(exchange.instrument(config.symbol)));
  const deps: ClaimDeps = {
    inTurn: (work) => inTurn(reservationsFolder(data), `setting aside for ${config.id}`, work, 10_000),
    total: () => totalOf(exchange, market.quote),
    isHeld,
    discreet: isDiscreet(),
  };
  return claim(data, wishOf(config, state, market), deps);
}

/** Who is no admin is not told what bots of others have. The command line is its user's, who reads all files. */
export function isDiscreet(): boolean {
  const who = whoAsks();
  return who !== null && who.role !== 'admin';
}

async function stateOf(data: string, id: string) {
  return (await restore(botFolder(data, id), planNamed).catch(() => null))?.state ?? null;
}

/** Free and locked of an asset, as the exchange says. */
export async function totalOf(exchange: Exchange, asset: string): Promise<DecimalText> {
  const held = (await answer(exchange.balances())).find((balance) => balance.asset === asset);
  return held === undefined ? '0' : text(dec(held.free).plus(held.locked));
}

async function answer<Answer>(asking: Promise<Answer>): Promise<Answer> {
  const given = await inTime(asking).catch(() => null);
  if (given === null) throw new Unasked();
  return given;
}

/** Looks at a bot's account; what does not answer in time rejects. */
export async function onAccount<Result>(
  data: string,
  config: BotConfig,
  work: (exchange: Exchange) => Promise<Result>,
): Promise<Result> {
  const exchange = await exchangeFor(config, data).catch(() => {
    throw new Unasked();
  });
  try {
    await answer(exchange.connect().then(() => true));
    return await work(exchange);
  } finally {
    await exchange.close().catch(() => {});
  }
}

/** Gives back what a bot that has stopped no longer needs; kept while it holds something, or may. */
export async function releaseFlat(data: string, id: string): Promise<void> {
  if (await isFlat(data, id)) await removeReservation(data, id);
}

/** The money of an account that no bot has set aside, and what one more bot would. */
export interface AccountFree {
  readonly account: string;
  readonly asset: string;
  /** What this bot would set aside. */
  readonly wanted: DecimalText;
  readonly isCovered: boolean;
  /** Null for who may not know what bots of others have of it. */
  readonly amounts: {
    /** Free and locked, as the exchange says. */
    readonly total: DecimalText;
    /** Of it, what nobody has set aside. */
    readonly free: DecimalText;
  } | null;
}

/** For forms and commands, before a bot is made; null where the account does not answer now. */
export function accountFree(data: string, config: BotConfig): Promise<AccountFree | null> {
  return freeFor(data, config, null);
}

/** The same for a bot that there is: what it holds is paid for. */
export async function accountFreeOf(data: string, config: BotConfig): Promise<AccountFree | null> {
  return freeFor(data, config, await stateOf(data, config.id));
}

async function freeFor(
  data: string,
  config: BotConfig,
  state: Awaited<ReturnType<typeof stateOf>>,
): Promise<AccountFree | null> {
  if (config.dryRun) return null;
  try {
    const { instrument, total } = await onAccount(data, config, async (exchange) => {
      const instrument = await answer(exchange.instrument(config.symbol));
      return { instrument, total: await totalOf(exchange, instrument.quote) };
    });
    const wish = wishOf(config, state, instrument);
    const others = await spendableOf(await readReservations(data), wish, data);
    const reserved = [...others.values()].reduce((sum, amount) => sum.plus(amount), ZERO);
    const { account, asset, amount } = wish;
    const wanted = state === null ? amount : wish.wanted;
    const free = max(ZERO, dec(total).minus(reserved));
    const taking = [...others].filter(([, spendable]) => dec(spendable).gt(0)).map(([id]) => id);
    const amounts = (await mayKnow(data, taking)) ? { total, free: text(free) } : null;
    return { account, asset, wanted, isCovered: dec(wanted).lte(free), amounts };
  } catch {
    return null;
  }
}

/** Whether who asks may know what these bots have: they are the asker's own, or nobody has to be discreet. */
async function mayKnow(data: string, bots: readonly string[]): Promise<boolean> {
  if (!isDiscreet() || bots.length === 0) return true;
  return bots.every(await ownedBy(data, whoAsks()?.id ?? null));
}

const say = (amount: DecimalText): string => grouped(rounded(amount, 2));

/** What forbids a start as things are: nothing while the account covers it, or is not known. */
export function uncoveredWords(account: AccountFree | null): readonly string[] {
  if (account === null || account.isCovered) return [];
  const { asset, amounts, wanted, account: name } = account;
  if (amounts === null)
    return [
      `It needs ${say(wanted)} ${asset}, and what other bots leave on the account ${name} is less: it does not start before the budget is lower or more is left.`,
    ];
  const { total, free } = amounts;
  const others = dec(free).eq(total) ? '' : `, of which ${say(free)} are free`;
  return [
    `It needs ${say(wanted)} ${asset}, but the account ${name} has ${say(total)} ${asset}${others}: it does not start before the budget is lower or the account holds more.`,
  ];
}

export function freeWords({ account, asset, amounts, wanted, isCovered }: AccountFree): string {
  const sets = `When it starts it sets ${say(wanted)} ${asset} aside`;
  const words =
    amounts === null
      ? `${sets}; ${isCovered ? 'as much is' : 'less is'} left on the account ${account}`
      : `${sets}; ${say(amounts.free)} of the ${say(amounts.total)} ${asset} on the account ${account} are free`;
  return isCovered ? `${words}.` : `${words}, so it cannot start now.`;
}

/** A reservation that nobody uses, and the way out. */
export interface StaleReservation {
  readonly id: string;
  readonly message: string;
}

/** What lies in the way: of bots that are gone, of bots that stopped and hold nothing, of a bot that is another now. */
export async function staleReservations(
  data: string,
  configs: ReadonlyMap<string, BotConfig | null>,
): Promise<StaleReservation[]> {
  const ids = await reservedIds(data);
  const found = await Promise.all(ids.map((id) => staleOf(data, id, configs.get(id))));
  return found.filter((each) => each !== null);
}

async function staleOf(
  data: string,
  id: string,
  config: BotConfig | null | undefined,
): Promise<StaleReservation | null> {
  const file = await readOne(data, id);
  if (typeof file === 'string') return { id, message: file };
  const sum = `${grouped(rounded(file.amount, 2))} ${file.asset}`;
  if (config === undefined)
    return { id, message: `${sum} on ${file.account} are set aside for ${id}, which is no bot any more.` };
  if (config !== null && (accountOf(config) !== file.account || config.symbol !== file.symbol))
    return {
      id,
      message: `${sum} on ${file.account} are set aside for ${id} on ${file.symbol}, but its config says ${config.symbol} on ${accountOf(config)}.`,
    };
  if (await isIdle(data, id, { isHeld }))
    return {
      id,
      message: `${sum} on ${file.account} are set aside for ${id}, which is stopped and holds nothing.`,
    };
  return null;
}

async function readOne(data: string, id: string): Promise<ReservationFile | string> {
  return readReservation(data, id).then(
    (file) => file ?? `The reservation of ${id} was just given back.`,
    (error: unknown) => {
      if (error instanceof ReservationDamaged) return error.message;
      throw error;
    },
  );
}
