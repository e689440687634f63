/** What is set aside under the caps of all bots. */
import { purse } from '../../bot/files/partition.js';
import { amountUnder, type ReservationFile } from '../../bot/files/reservations.js';
import { grouped } from '../../bot/files/words.js';
import { dec, rounded, text, ZERO, type Decimal, type DecimalText } from '../../core/decimal.js';

/** What is set aside under a cap's key, whether it has one or not. */
export function usedOf(key: string, reservations: readonly ReservationFile[]): DecimalText {
  return text(sumOf(fullestUnder(key, reservations)));
}

/** What counts under a cap's key, of real money or of the play venue where that is most. */
function fullestUnder(key: string, reservations: readonly ReservationFile[]): ReservationFile[] {
  const [section, name = '', asset = ''] = key.split('.');
  const counted =
    section === 'symbols'
      ? reservations.map((each) => ({ ...each, amount: amountUnder(name, each) })).filter(isSome)
      : reservations.filter((each) =>
          section === 'fleet' ? each.asset === name : each.account === name && each.asset === asset,
        );
  const groups = [...new Set(counted.map(({ venue }) => purse(venue)))].map((one) =>
    counted.filter(({ venue }) => purse(venue) === one),
  );
  return groups.reduce((most, group) => (sumOf(group).gt(sumOf(most)) ? group : most), []);
}

const isSome = ({ amount }: ReservationFile): boolean => dec(amount).gt(0);

function sumOf(reservations: readonly ReservationFile[]): Decimal {
  return reservations.reduce((sum, { amount }) => sum.plus(amount), ZERO);
}

/** Every key under which something is set aside, in the order of the caps file. */
export function keysInUse(reservations: readonly ReservationFile[]): string[] {
  const sorted = (keys: readonly string[]): string[] => [...new Set(keys)].sort();
  return [
    ...sorted(
      reservations.flatMap(({ symbol, parked = {} }) =>
        [symbol, ...Object.keys(parked)].map((each) => `symbols.${each}`),
      ),
    ),
    ...sorted(reservations.map(({ account, asset }) => `accounts.${account}.${asset}`)),
    ...sorted(reservations.map(({ asset }) => `fleet.${asset}`)),
  ];
}

/** So many are named; the others are counted. */
const NAMED = 5;

/**
 * That more is set aside than a cap allows, as sentences with the bots and their numbers; null while the cap is kept.
 * `isNamed`: whether who reads it may know of the bot.
 */
export function exceededWords(
  key: string,
  limit: DecimalText,
  reservations: readonly ReservationFile[],
  isNamed: (id: string) => boolean = () => true,
): string | null {
  const counted = [...fullestUnder(key, reservations)].sort((a, b) => dec(b.amount).cmp(a.amount));
  const used = sumOf(counted);
  if (used.lte(limit)) return null;
  const named = counted.filter(({ id }) => isNamed(id)).slice(0, NAMED);
  const rest = counted.filter((each) => !named.includes(each));
  const shares = named.map(({ id, amount }) => `${id} ${money(amount)}`);
  const count = rest.length === 1 ? '1 other bot' : `${rest.length} other bots`;
  if (rest.length > 0) shares.push(`${count} ${money(sumOf(rest))}`);
  const over = money(used.minus(limit));
  return `${money(used)} ${counted[0]?.asset} are set aside already, ${over} more than ${key}=${limit} allows: ${shares.join(', ')}. What they hold stays, and is protected and sold as ever; who does not fit under the cap buys nothing until it does.`;
}

const money = (amount: Parameters<typeof rounded>[0]): string => grouped(rounded(amount, 2));
