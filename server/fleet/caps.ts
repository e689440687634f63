import { capEntries, type CapChange } from '../../bot/config/caps.js';
import { capsFile, changeCaps, readCaps } from '../../bot/files/caps-file.js';
import { isIdle } from '../../bot/files/claim.js';
import { readDesired } from '../../bot/files/folder.js';
import {
  readReservations,
  removeReservation,
  ReservationDamaged,
  type ReservationFile,
} from '../../bot/files/reservations.js';
import type { DecimalText } from '../../core/decimal.js';
import { lockHolder } from '../../exchange/lock.js';
import { ConfigError } from '../../bot/config.js';
import { exceededWords, usedOf } from './cap-use.js';
import { FlotillaError } from './errors.js';

/** One cap and what is set aside under it. Real money and each play venue are counted apart: of the fullest of them. */
export interface CapUse {
  readonly key: string;
  readonly limit: DecimalText;
  readonly used: DecimalText;
  /** Where more is set aside than it allows: by whom, and what follows, as sentences. */
  readonly exceeded: string | null;
}

export interface CapsOverview {
  /** The file that people edit. */
  readonly file: string;
  readonly caps: readonly CapUse[];
  readonly reservations: readonly ReservationFile[];
}

async function coded<Result>(work: () => Promise<Result>): Promise<Result> {
  return work().catch((error: unknown) => {
    if (error instanceof ReservationDamaged)
      throw new FlotillaError('RESERVATIONS_UNREADABLE', error.message, { cause: error });
    if (!(error instanceof ConfigError)) throw error;
    const field = error.problems[0]?.path;
    throw new FlotillaError('CONFIG_INVALID', error.message, { cause: error, ...(field ? { field } : {}) });
  });
}

/** Errors: CONFIG_INVALID with file, line and column; RESERVATIONS_UNREADABLE. */
export async function capsOverview(data: string): Promise<CapsOverview> {
  const caps = await coded(() => readCaps(data));
  const reservations = await coded(() => readReservations(data));
  const uses = capEntries(caps).map(({ key, amount }) => ({
    key,
    limit: amount,
    used: usedOf(key, reservations),
    exceeded: exceededWords(key, amount, reservations),
  }));
  return { file: capsFile(data), caps: uses, reservations };
}

/** Sets caps, or takes them away; all or nothing. Bots that run are measured by them within seconds. Errors: CONFIG_INVALID. */
export async function setCaps(data: string, changes: readonly CapChange[]): Promise<CapsOverview> {
  await coded(() => changeCaps(data, changes));
  return capsOverview(data);
}

/**
 * Gives back what is set aside for a bot that is gone, or stopped. Errors: NO_RESERVATION; RESERVATION_IN_USE for a bot that
 * runs, should run, or may hold something: it would buy with money that another may be given.
 */
export async function releaseReservation(data: string, id: string, exists: boolean): Promise<void> {
  const isHeld = async (folder: string): Promise<boolean> => (await lockHolder(folder)) !== null;
  if (exists && !(await isIdle(data, id, { isHeld }))) {
    const way =
      (await readDesired(data, id)) === 'running'
        ? `Stop it first: flotilla bot stop ${id}.`
        : 'Start it, let it sell, and stop it.';
    throw new FlotillaError('RESERVATION_IN_USE', `The bot "${id}" runs, or may hold something. ${way}`);
  }
  if (await removeReservation(data, id)) return;
  throw new FlotillaError('NO_RESERVATION', `Nothing is set aside for "${id}". See flotilla caps.`);
}
