/**
 * Setting money aside for a bot: asked for by its own process at each start and whenever it has more to spend, and by who
 * starts it. What is set aside already is a look at a file; anything more is decided under the lock of the folder.
 */
import { access } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { dec, max, min, text, ZERO, type DecimalText } from '../../core/decimal.js';
import { parkedBooks, parkedCost } from '../../core/all-books.js';
import { claimOf } from '../../core/shortage.js';
import type { BotState } from '../../core/state.js';
import { planNamed } from '../../strategies/registry.js';
import type { Caps } from '../config/caps.js';
import { ConfigError } from '../config/problems.js';
import { readCaps } from './caps-file.js';
import { isAdmins, ownedAlike } from './owners-look.js';
import { botFolder, readDesired } from './folder.js';
import { capsOn, deniedOf, type Denied, type Taken, type Wish } from './partition.js';
import {
  readReservation,
  readReservations,
  removeReservation,
  ReservationDamaged,
  writeReservation,
  type ReservationFile,
} from './reservations.js';
import { restore } from './restore.js';

/** A fill is in a bot's books this long after it is in its account, at most (but for a bot that is cut off). */
const BOOKED_AFTER_MS = 200;

export interface ClaimDeps {
  /** Runs `work` while nobody else sets money aside in this data folder. */
  readonly inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** What the account holds of the asset, free and locked. Errors: those of the exchange. */
  readonly total: () => Promise<DecimalText>;
  /** Whether a process holds a bot's folder. */
  readonly isHeld: (folder: string) => Promise<boolean>;
  /** Whether who hears the answer may not know what bots of others have; as its owner may if left out. */
  readonly discreet?: boolean;
}

export interface Claim {
  /** What is set aside now; null: nothing that could be spent. */
  readonly amount: DecimalText | null;
  /** Why it is not all that was wished. */
  readonly denied: Denied | null;
  /** Without an amount: what stays set aside for what the bot holds; none where it holds nothing. */
  readonly kept?: DecimalText;
}

/** Errors: those of `deps`; what the user can mend is a denial. */
export async function claim(data: string, wish: Wish, deps: ClaimDeps): Promise<Claim> {
  try {
    return await tryClaim(data, wish, deps);
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof ReservationDamaged)) throw error;
    const [message = ''] = error.message.split('\n');
    const denied = { code: 'unreadable', values: { message } };
    // What was given stays given: only more of it cannot be had.
    const own = await readReservation(data, wish.id).catch(() => null);
    return own !== null && isOf(own, wish)
      ? { amount: own.amount, denied: covers(own, wish) ? null : denied }
      : { amount: null, denied };
  }
}

async function tryClaim(data: string, wish: Wish, deps: ClaimDeps): Promise<Claim> {
  const own = await readReservation(data, wish.id);
  const caps = await readCaps(data);
  const covered = own !== null && covers(own, wish);
  if (covered && own.amount === wish.amount && isParkedAlike(own, wish) && capsOn(wish, caps).length === 0)
    return { amount: own.amount, denied: null };
  if (covered) return deps.inTurn(() => decide(data, wish, { caps, total: null, spendable: whole, deps }));
  const total = await deps.total();
  const first = await deps.inTurn(() =>
    decide(data, wish, { caps, total, spendable: whole, deps, rough: true }),
  );
  return first ?? closer(data, wish, { caps, deps });
}

/**
 * The account does not cover all that is set aside, but some of it is invested: what may still be spent is read from the
 * books. They are read twice, and the account before and after: what a sale has brought counts for the bot that sold.
 */
async function closer(
  data: string,
  wish: Wish,
  { caps, deps }: { caps: Caps; deps: ClaimDeps },
): Promise<Claim> {
  const early = await deps.total();
  const before = await spendableOf(await readReservations(data), wish, data);
  await pause(BOOKED_AFTER_MS);
  const late = await deps.total();
  return deps.inTurn(async () => {
    const after = await spendableOf(await readReservations(data), wish, data);
    const spendable = (each: ReservationFile): DecimalText => {
      const now = after.get(each.id) ?? each.amount;
      return text(max(dec(before.get(each.id) ?? now), dec(now)));
    };
    return decide(data, wish, { caps, total: text(min(dec(early), dec(late))), spendable, deps });
  });
}

const whole = ({ amount }: ReservationFile): DecimalText => amount;

function isOf(own: ReservationFile, { account, symbol, asset }: Wish): boolean {
  return own.account === account && own.symbol === symbol && own.asset === asset;
}

/** Whether as much is said to be in former symbols. */
export function isParkedAlike({ parked: a = {} }: Parked, { parked: b = {} }: Parked): boolean {
  const symbols = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...symbols].every((symbol) => a[symbol] === b[symbol]);
}

type Parked = Pick<Wish, 'parked'>;

function covers(own: ReservationFile, wish: Wish): boolean {
  return isOf(own, wish) && dec(own.amount).gte(wish.amount);
}

interface Grounds {
  readonly caps: Caps;
  /** Null: nothing more is asked of the account than it gave. */
  readonly total: DecimalText | null;
  /** What of another's reservation may still be spent. */
  readonly spendable: (other: ReservationFile) => DecimalText;
  readonly deps: ClaimDeps;
  /** Others count with all that is set aside for them, though some of it may be invested. */
  readonly rough?: true;
}

/** In turn. Null where only a rough look says that the account does not cover it. */
async function decide(data: string, wish: Wish, grounds: Grounds & { rough: true }): Promise<Claim | null>;
async function decide(data: string, wish: Wish, grounds: Grounds): Promise<Claim>;
async function decide(data: string, wish: Wish, grounds: Grounds): Promise<Claim | null> {
  const isNamed = await ownedAlike(data, wish.id);
  const discreet = grounds.deps.discreet ?? !(await isAdmins(data, wish.id));
  const taken = async (): Promise<Taken[]> =>
    (await readReservations(data)).map((each) => {
      return { ...each, spendable: grounds.spendable(each), ...(isNamed(each.id) ? {} : { unnamed: true }) };
    });
  let others = await taken();
  let denied = deniedOf(wish, others, { ...grounds, discreet });
  if (denied !== null && (await sweep(data, wish.id, others, grounds.deps))) {
    others = await taken();
    denied = deniedOf(wish, others, { ...grounds, discreet });
  }
  if (denied === null) {
    await set(data, wish, wish.amount);
    return { amount: wish.amount, denied: null };
  }
  if (grounds.rough === true && denied.code.startsWith('uncovered')) return null;
  return lesser(data, wish, others, { denied, caps: grounds.caps });
}

/** What it had, where the caps still allow that; else no more than what it holds is counted, and nothing may be bought. */
async function lesser(
  data: string,
  wish: Wish,
  others: readonly Taken[],
  { denied, caps }: { denied: Denied; caps: Caps },
): Promise<Claim> {
  const own = others.find(({ id }) => id === wish.id);
  const amount = own !== undefined && isOf(own, wish) ? text(min(dec(own.amount), dec(wish.amount))) : '0';
  const still = { ...wish, amount };
  if (dec(amount).gt(wish.held) && deniedOf(still, others, { caps, total: null }) === null) {
    await set(data, wish, amount);
    return { amount, denied };
  }
  if (dec(wish.held).gt(0)) {
    await set(data, wish, wish.held);
    return { amount: null, denied, kept: wish.held };
  }
  await removeReservation(data, wish.id);
  return { amount: null, denied };
}

async function set(data: string, wish: Wish, amount: DecimalText): Promise<void> {
  const before = await readReservation(data, wish.id);
  if (before !== null && before.amount === amount && isOf(before, wish) && isParkedAlike(before, wish))
    return;
  const { id, venue, account, symbol, asset, parked } = wish;
  const where = { id, venue, account, symbol, asset };
  await writeReservation(data, {
    ...where,
    amount,
    ...(parked === undefined ? {} : { parked }),
    at: Date.now(),
  });
}

/** What each may still spend by its books: its cash, as far as it is set aside. Whole where the books cannot be read. */
export async function spendableOf(
  reservations: readonly ReservationFile[],
  { id, account, asset }: Pick<Wish, 'id' | 'account' | 'asset'>,
  data: string,
): Promise<ReadonlyMap<string, DecimalText>> {
  const same = reservations.filter(
    (each) => each.id !== id && each.account === account && each.asset === asset,
  );
  const entries = await Promise.all(
    same.map(async (each) => {
      const state = await stateOf(data, each.id).catch(() => null);
      if (state === null) return [each.id, each.amount] as const;
      const left = max(ZERO, dec(each.amount).minus(state.books.cost).minus(parkedCost(state)));
      return [each.id, text(max(ZERO, min(left, dec(claimOf(state, 'quote')))))] as const;
    }),
  );
  return new Map(entries);
}

async function stateOf(data: string, id: string): Promise<BotState | null> {
  return (await restore(botFolder(data, id), planNamed))?.state ?? null;
}

/** Gives back what nobody uses: a start that was never finished, a stop whose end nobody saw. Whether there was any. */
async function sweep(
  data: string,
  id: string,
  others: readonly ReservationFile[],
  deps: ClaimDeps,
): Promise<boolean> {
  let swept = false;
  for (const each of others)
    if (each.id !== id && (await isIdle(data, each.id, deps)))
      swept = (await removeReservation(data, each.id)) || swept;
  return swept;
}

/**
 * Whether a bot surely needs nothing set aside: it is there, stopped, not running, and known to be flat. A bot whose
 * folder is gone may have left a position: that is for its user to say.
 */
export async function isIdle(data: string, id: string, deps: Pick<ClaimDeps, 'isHeld'>): Promise<boolean> {
  const { folder, config } = botFolder(data, id);
  const exists = await access(config).then(
    () => true,
    () => false,
  );
  if (!exists || (await readDesired(data, id)) === 'running' || (await deps.isHeld(folder))) return false;
  return isFlat(data, id);
}

/** Whether the bot's files say that it holds nothing and has no order anywhere. */
export async function isFlat(data: string, id: string): Promise<boolean> {
  const state = await stateOf(data, id).catch(() => undefined);
  if (state === undefined) return false;
  const books = state === null ? [] : [state, ...parkedBooks(state).map(([, book]) => book)];
  return books.every(({ phase, orders }) => phase === 'flat' && orders.length === 0);
}
