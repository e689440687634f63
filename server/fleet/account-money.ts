import { accountOf } from '../../bot/config.js';
import { spendableOf } from '../../bot/files/claim.js';
import { readReservations, ReservationDamaged, type ReservationFile } from '../../bot/files/reservations.js';
import { dec, max, text, ZERO, type DecimalText } from '../../core/decimal.js';
import { readConfig } from './configs.js';
import { FlotillaError } from './errors.js';
import { onAccount, totalOf } from './reserving.js';

/** An account's money in one quote asset. */
export interface AccountMoney {
  /** As `accountOf` names it. */
  readonly account: string;
  readonly asset: string;
  /** Free and locked, as the exchange says; null where it does not answer now. */
  readonly total: DecimalText | null;
  /** All that is set aside on it, invested or not. */
  readonly reserved: DecimalText;
  /** What of that may still be spent. */
  readonly spendable: DecimalText;
  /** What no bot may spend; null where `total` is. */
  readonly free: DecimalText | null;
}

/** Of every account and asset of which something is set aside. Errors: RESERVATIONS_UNREADABLE. */
export async function accountsMoney(data: string): Promise<AccountMoney[]> {
  const reservations = await readReservations(data).catch((error: unknown) => {
    if (!(error instanceof ReservationDamaged)) throw error;
    throw new FlotillaError('RESERVATIONS_UNREADABLE', error.message, { cause: error });
  });
  const groups = new Map<string, ReservationFile[]>();
  for (const each of reservations) {
    const key = `${each.account} ${each.asset}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return Promise.all([...groups.values()].map((group) => moneyOf(data, group)));
}

async function moneyOf(data: string, group: readonly ReservationFile[]): Promise<AccountMoney> {
  const { account = '', asset = '' } = group[0] ?? {};
  const spent = await spendableOf(group, { id: '', account, asset }, data);
  const spendable = [...spent.values()].reduce((sum, amount) => sum.plus(amount), ZERO);
  const reserved = group.reduce((sum, { amount }) => sum.plus(amount), ZERO);
  const total = await totalOn(data, group);
  return {
    account,
    asset,
    total,
    reserved: text(reserved),
    spendable: text(spendable),
    free: total === null ? null : text(max(ZERO, dec(total).minus(spendable))),
  };
}

/** Asked with the key of the first of its bots that there still is. */
async function totalOn(data: string, group: readonly ReservationFile[]): Promise<DecimalText | null> {
  for (const { id, account, asset } of group) {
    const config = await readConfig(data, id).catch(() => null);
    if (config === null || config.dryRun || accountOf(config) !== account) continue;
    return onAccount(data, config, (exchange) => totalOf(exchange, asset)).catch(() => null);
  }
  return null;
}
