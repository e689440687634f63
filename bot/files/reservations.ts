/**
 * `data/reservations/<id>.json`: what is set aside for a bot on its account (design §4). Written under the folder's lock,
 * by the bot's own process or by who starts it, so that two that start at once cannot be given the same money.
 */
import { readdir, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { dec, max, text, ZERO, type DecimalText } from '../../core/decimal.js';
import { isBotId } from './folder.js';
import { readJson, writeJson } from './json-file.js';

export interface ReservationFile {
  readonly id: string;
  readonly venue: string;
  /** As `accountOf` names it: bots of one account share its money. */
  readonly account: string;
  readonly symbol: string;
  /** The quote asset that `amount` is in. */
  readonly asset: string;
  readonly amount: DecimalText;
  /** What of that is still in former symbols, at cost, by symbol; absent: nothing. */
  readonly parked?: Readonly<Record<string, DecimalText>>;
  /** Wall time at which it was given (ms). */
  readonly at: number;
}

const schema = z.strictObject({
  id: z.string().refine(isBotId),
  venue: z.string().min(1),
  account: z.string().min(1),
  symbol: z.string().min(1),
  asset: z.string().min(1),
  amount: z.string().refine(isAmount),
  parked: z.record(z.string(), z.string().refine(isAmount)).exactOptional(),
  at: z.number(),
});

/** What of it counts for a symbol: what is parked counts where the coins are, the rest where the bot trades. */
export function amountUnder(
  symbol: string,
  { symbol: own, amount, parked = {} }: Pick<ReservationFile, 'symbol' | 'amount' | 'parked'>,
): DecimalText {
  const there = dec(parked[symbol] ?? '0');
  if (own !== symbol) return text(there);
  const bound = Object.values(parked).reduce((sum, each) => sum.plus(each), ZERO);
  return text(max(ZERO, dec(amount).minus(bound)).plus(there));
}

function isAmount(text: string): boolean {
  try {
    return dec(text).gte(0);
  } catch {
    return false;
  }
}

export function reservationsFolder(data: string): string {
  return join(resolve(data), 'reservations');
}

function reservationFile(data: string, id: string): string {
  if (!isBotId(id)) throw new Error(`"${id}" is no bot's id.`);
  return join(reservationsFolder(data), `${id}.json`);
}

/** A reservation that cannot be read: its money is neither counted nor given away. */
export class ReservationDamaged extends Error {
  constructor(readonly file: string) {
    super(
      `${file} is no reservation: nobody can say how much it sets aside, so nothing more is given. Remove it; its bot sets its money aside again when it starts.`,
    );
    this.name = 'ReservationDamaged';
  }
}

/** Null when there is none. Errors: `ReservationDamaged`. */
export async function readReservation(data: string, id: string): Promise<ReservationFile | null> {
  const file = reservationFile(data, id);
  const found = await readJson<unknown>(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new ReservationDamaged(file);
  });
  if (found === null) return null;
  const read = schema.safeParse(found);
  if (!read.success || read.data.id !== id) throw new ReservationDamaged(file);
  return read.data;
}

/** Ids that have a file; what else lies there (a torn temporary file) is none. */
export async function reservedIds(data: string): Promise<string[]> {
  const names = await readdir(reservationsFolder(data)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith('.json') && isBotId(name.slice(0, -5)))
    .map((name) => name.slice(0, -5))
    .sort();
}

/** All of them, by id. Errors: `ReservationDamaged` for the first that cannot be read. */
export async function readReservations(data: string): Promise<ReservationFile[]> {
  const found = await Promise.all((await reservedIds(data)).map((id) => readReservation(data, id)));
  return found.filter((each) => each !== null);
}

export async function writeReservation(data: string, reservation: ReservationFile): Promise<void> {
  await writeJson(reservationFile(data, reservation.id), reservation);
}

/** Gives the money back; whether there was any. */
export async function removeReservation(data: string, id: string): Promise<boolean> {
  try {
    await unlink(reservationFile(data, id));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
