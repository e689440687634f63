import type { ReservationFile } from '../../bot/files/reservations.js';
import { dec, max, text, ZERO, type DecimalText } from '../../core/decimal.js';
import type { Who } from '../auth/context.js';
import type { FleetActions } from '../fleet-actions.js';
import type { AccountMoney } from '../fleet/account-money.js';
import { exceededWords, keysInUse, usedOf } from '../fleet/cap-use.js';

/** What is set aside under one key of the caps, and its cap where it has one. */
export interface CapSeen {
  readonly key: string;
  /** For the bots that who asks may see. */
  readonly used: DecimalText;
  readonly limit: DecimalText | null;
  /** Of the limit, for admins alone; nothing where more is set aside than a cap that was lowered allows. */
  readonly left: DecimalText | null;
  /** Where more is set aside than it allows, and who asks is concerned: what follows, for admins by whom, as sentences. */
  readonly exceeded: string | null;
}

/**
 * Caps and reservations as somebody may see them. An admin sees all. Others see the caps, and what is set aside for the bots
 * that they see; what of a cap is left would tell what others have, so it is not told (`left` is null).
 */
export interface CapsSeen {
  readonly caps: readonly CapSeen[];
  readonly accounts: readonly AccountMoney[];
  readonly reservations: readonly ReservationFile[];
}

interface Seeing {
  /** The bots that who asks may see. */
  readonly visible: readonly { readonly id: string }[];
  /** The accounts of which who asks may see what is in them. */
  readonly open: ReadonlySet<string>;
}

/** An admin also sees what was left by bots that are gone. */
export async function capsSeen(
  fleet: Pick<FleetActions, 'caps' | 'accounts'>,
  who: Who | null,
  { visible, open }: Seeing,
): Promise<CapsSeen> {
  const { caps, reservations: all } = await fleet.caps();
  const ids = new Set(visible.map(({ id }) => id));
  const isAdmin = who?.role === 'admin';
  const reservations = isAdmin ? all : all.filter(({ id }) => ids.has(id));
  const accounts = new Set(reservations.map(({ account }) => account));
  const isSeen = (key: string): boolean => isAdmin || !isOfAccount(key) || accounts.has(accountIn(key));
  const limits = new Map(caps.map(({ key, limit }) => [key, limit]));
  const keys = new Set([...limits.keys(), ...keysInUse(reservations)]);
  const sorted = SECTIONS.flatMap((section) => [...keys].filter((key) => key.startsWith(section)).sort());
  const used = (key: string) => usedOf(key, reservations);
  return {
    caps: sorted.filter(isSeen).map((key) => {
      const limit = limits.get(key) ?? null;
      if (limit === null) return { key, used: used(key), limit, left: null, exceeded: null };
      const exceeded = exceededWords(key, limit, all);
      if (isAdmin) return { key, used: used(key), limit, left: leftOf(limit, used(key)), exceeded };
      const concerns = exceeded !== null && dec(used(key)).gt(0);
      return { key, used: used(key), limit, left: null, exceeded: concerns ? overWords(key, limit) : null };
    }),
    accounts: (await fleet.accounts()).filter(({ account }) => isAdmin || open.has(account)),
    reservations,
  };
}

/** Without the numbers of others. */
const overWords = (key: string, limit: DecimalText): string =>
  `More is set aside by all bots together than ${key}=${limit} allows. What they hold stays, and is protected and sold as ever; who does not fit under the cap buys nothing until it does.`;

/** From the widest to the narrowest. */
const SECTIONS = ['fleet.', 'accounts.', 'symbols.'] as const;

const isOfAccount = (key: string): boolean => key.startsWith('accounts.');
const accountIn = (key: string): string => key.split('.')[1] ?? '';

const leftOf = (limit: DecimalText, used: DecimalText): DecimalText =>
  text(max(ZERO, dec(limit).minus(used)));
