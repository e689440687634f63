/** Who may have how much: the account must cover what its bots may still spend, and the caps what all of them may have. */
import type { Values } from '../../core/answer.js';
import type { Decimal, DecimalText } from '../../core/decimal.js';
import { ZERO, dec, max, text } from '../../core/decimal.js';
import type { Caps } from '../config/caps.js';
import { amountUnder, type ReservationFile } from './reservations.js';

/** What a bot wants set aside, in the quote asset of its symbol. */
export interface Wish {
  readonly id: string;
  readonly venue: string;
  readonly account: string;
  readonly symbol: string;
  readonly asset: string;
  /** All it may have in the market and in entries. */
  readonly amount: DecimalText;
  /** What of that is in the market already, at cost: coins, no longer quote. */
  readonly held: DecimalText;
  /** What of that is in former symbols, by symbol; absent: nothing. */
  readonly parked?: Readonly<Record<string, DecimalText>>;
  /** What of it the account must have in quote. */
  readonly wanted: DecimalText;
}

/** Another bot's reservation, and what of it may still be spent. */
export interface Taken extends ReservationFile {
  readonly spendable: DecimalText;
  /** It belongs to somebody else: counted, never named. */
  readonly unnamed?: boolean;
}

export interface Denied {
  readonly code: string;
  readonly values: Values;
}

/**
 * Why it cannot be given; null when it can. `total`: what the account holds of the asset, free and locked. `discreet`: who
 * reads it is no admin, and is told nothing by which they knew what bots of others have.
 */
export function deniedOf(
  wish: Wish,
  others: readonly Taken[],
  { caps, total, discreet = false }: { caps: Caps; total: DecimalText | null; discreet?: boolean },
): Denied | null {
  const same = others.filter(({ id, asset }) => id !== wish.id && asset === wish.asset);
  for (const { what, key, limit, amountOf } of capsOn(wish, caps)) {
    const denied = exceeding(wish, dec(amountOf(wish)), limit, same, amountOf);
    if (denied === null) continue;
    const { asset, wanted } = denied;
    if (discreet && hasHidden(same, amountOf))
      return { code: 'cap-others', values: { asset, limit, wanted, what, key } as Values };
    return { code: named('cap', denied), values: { ...denied, what, key } };
  }
  if (total === null) return null;
  const account = same.filter(({ account: name }) => name === wish.account);
  const spendableOf = ({ spendable }: Taken): DecimalText => spendable;
  const denied = exceeding(wish, dec(wish.wanted), total, account, spendableOf);
  if (denied === null) return null;
  const { asset, wanted } = denied;
  if (discreet && hasHidden(account, spendableOf))
    return { code: 'uncovered-others', values: { asset, wanted, account: wish.account } as Values };
  return { code: named('uncovered', denied), values: denied };
}

/** Whether something of somebody else's counts. */
function hasHidden(others: readonly Taken[], amountOf: (taken: Taken) => DecimalText): boolean {
  return others.some((each) => each.unnamed === true && dec(amountOf(each)).gt(0));
}

const named = (code: string, { count }: Values): string => (count === 0 ? `${code}-alone` : code);

function exceeding(
  { asset }: Wish,
  wanted: Decimal,
  limit: DecimalText,
  others: readonly Taken[],
  amountOf: (taken: Taken) => DecimalText,
): Values | null {
  const counted = others.filter((each) => dec(amountOf(each)).gt(0));
  const taken = counted.reduce((sum, each) => sum.plus(amountOf(each)), ZERO);
  if (taken.plus(wanted).lte(limit)) return null;
  const left = max(ZERO, dec(limit).minus(taken));
  return {
    asset,
    limit,
    taken: text(taken),
    left: text(left),
    wanted: text(wanted),
    who: listed(counted),
    count: counted.length,
  };
}

function listed(bots: readonly Taken[]): string {
  const known = bots.filter(({ unnamed = false }) => !unnamed).map(({ id }) => id);
  const ids = bots.length > 5 ? [] : known;
  const rest = bots.length - ids.length;
  const all = [...ids, ...(rest === 0 ? [] : [rest === 1 ? '1 other bot' : `${rest} other bots`])];
  return [all.slice(0, -1).join(', '), all.at(-1)].filter(Boolean).join(' and ');
}

interface CapOn {
  readonly what: string;
  readonly key: string;
  readonly limit: DecimalText;
  /** What counts under it, of this bot or another. */
  readonly amountOf: (of: Counted) => DecimalText;
}

type Counted = Pick<Wish, 'venue' | 'account' | 'symbol' | 'amount' | 'parked'>;

/** Real money is counted apart from play money, and each play venue apart from the others. */
export function purse(venue: string): string {
  return venue === 'paper' || venue.endsWith('-testnet') ? venue : 'live';
}

/** The caps that a bot falls under. */
export function capsOn(
  { symbol, venue, account, asset }: Pick<Wish, 'symbol' | 'venue' | 'account' | 'asset'>,
  { symbols, accounts, fleet }: Caps,
): CapOn[] {
  const own = purse(venue);
  const isSame = ({ venue: other }: Counted): boolean => purse(other) === own;
  const cap = (
    what: string,
    key: string,
    limit: DecimalText | undefined,
    amountOf: CapOn['amountOf'],
  ): CapOn[] => (limit === undefined ? [] : [{ what, key, limit, amountOf }]);
  return [
    ...cap(symbol, `symbols.${symbol}`, symbols?.[symbol], (each) =>
      isSame(each) ? amountUnder(symbol, each) : '0',
    ),
    ...cap(
      `the account ${account}`,
      `accounts.${account}.${asset}`,
      accounts?.[account]?.[asset],
      ({ account: other, amount }) => (other === account ? amount : '0'),
    ),
    ...cap('the fleet', `fleet.${asset}`, fleet?.[asset], (each) => (isSame(each) ? each.amount : '0')),
  ];
}
