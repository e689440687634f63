import type { Halt } from '../../core/halt.js';
import type { OrderView } from '../../bot/files/view.js';

/** An entry that could not be cancelled, and why. */
export interface Unreached {
  readonly id: string;
  readonly order: OrderView;
  readonly reason: string;
}

/** What became of one bot that should run. */
export interface Reconciled {
  readonly id: string;
  /** adopted: it lived without its supervisor, was ended cleanly and runs under it again. */
  readonly outcome: 'running' | 'started' | 'adopted' | 'failed';
  readonly error: string | null;
}

export interface Stopped {
  /** Entries still open because their exchange could not be reached. */
  readonly unreached: readonly Unreached[];
}

/** What a halt of the fleet found. */
export interface Halted {
  readonly halt: Halt;
  /** Entries that still rest, as far as is known. */
  readonly unreached: readonly Unreached[];
  /** Who holds what afterwards, and whether it is selling it. */
  readonly holding: readonly {
    readonly id: string;
    readonly quantity: string;
    readonly base: string;
    readonly sells: boolean;
  }[];
}

/** What `down` leaves behind. */
export interface Down {
  readonly bots: readonly string[];
  readonly paper: boolean;
  /** The key agent, which has forgotten the passphrase with that. */
  readonly keys: boolean;
  /** Orders that would buy, still open on the exchange. */
  readonly openEntries: readonly { readonly id: string; readonly order: OrderView }[];
}
