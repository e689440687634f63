import { stat } from 'node:fs/promises';
import { reservationsFolder, readReservations, type ReservationFile } from '../../bot/files/reservations.js';

/** Of times that a disk writes down; what was written within it cannot be told apart. */
const COARSE_MS = 50;

/**
 * What is set aside for bots, as people are shown it. Its files are only ever replaced whole, which the folder's own time
 * shows: as long as that stands, none of them is read again.
 */
export class Reserved {
  readonly #folder: string;
  readonly #data: string;
  #kept: { readonly changed: number; readonly reservations: readonly ReservationFile[] } | null = null;

  constructor(data: string) {
    this.#data = data;
    this.#folder = reservationsFolder(data);
  }

  /** By id. Errors: `ReservationDamaged`. */
  async all(): Promise<readonly ReservationFile[]> {
    const changed = await stat(this.#folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    if (this.#kept?.changed === changed) return this.#kept.reservations;
    const began = Date.now();
    const reservations = await readReservations(this.#data);
    this.#kept = Math.abs(began - changed) > COARSE_MS ? { changed, reservations } : null;
    return reservations;
  }
}
