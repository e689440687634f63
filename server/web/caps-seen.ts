import type { ReservationFile } from '../../bot/files/reservations.js';
import { dec, max, text, ZERO, type DecimalText } from '../../core/decimal.js';
import type { Who } from '../auth/context.js';
import type { FleetActions } from '../fleet-actions.js';
import type { AccountMoney } from '../fleet/account-money.js';
import { exceededWords, keysInUse, usedOf } from '../fleet/cap-use.js';

/** What is set aside under one key of the caps, and its cap where it has one. */
export interface CapSeen {
  readonly key: string;
  readonly used: DecimalText;
  readonly limit: DecimalText | null;
  /** Of the limit; nothing where more is set aside than a cap that was lowered allows. */
  readonly left: DecimalText | null;
  /** Where more is set aside than it allows: by whom, and what follows, as sentences. */
  readonly exceeded: string | null;
}

/** Caps and reservations as somebody may see them: sums count every bot, but only their own bots are named. */
export interface CapsSeen {
  readonly caps: readonly CapSeen[];
  readonly accounts: readonly AccountMoney[];
  readonly reservations: readonly ReservationFile[];
}

/** `visible`: the bots that who asks may see; an admin also sees what was left by bots that are gone. */
export async function capsSeen(
  fleet: Pick<FleetActions, 'caps' | 'accounts'>,
  who: Who | null,
  visible: readonly { readonly id: string }[],
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
  return {
    caps: sorted.filter(isSeen).map((key) => {
      const limit = limits.get(key) ?? null;
      const exceeded = limit === null ? null : exceededWords(key, limit, all, (id) => isAdmin || ids.has(id));
      return { ...capSeen(key, usedOf(key, all), limit), exceeded };
    }),
    accounts: (await fleet.accounts()).filter(({ account }) => isAdmin || accounts.has(account)),
    reservations,
  };
}

/** From the widest to the narrowest. */
const SECTIONS = ['fleet.', 'accounts.', 'symbols.'] as const;

const isOfAccount = (key: string): boolean => key.startsWith('accounts.');
const accountIn = (key: string): string => key.split('.')[1] ?? '';

function capSeen(key: string, used: DecimalText, limit: DecimalText | null): Omit<CapSeen, 'exceeded'> {
  return { key, used, limit, left: limit === null ? null : text(max(ZERO, dec(limit).minus(used))) };
}
