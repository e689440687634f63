import type { Halt } from '../core/halt.js';
import type { Exchange } from '../exchange/port.js';
import type { BotConfig } from './config.js';
import type { BotFolder } from './files/folder.js';
import type { Obey } from './inbox.js';
import type { Output } from './output.js';
import type { ReconcileOptions } from './reconcile.js';
import type { Reserver, ReserverPort } from './reserver.js';
import type { Guard } from './watchdog.js';

/** What a session is given of its process: where it trades, where it writes, and whom it tells. */
export interface SessionOptions {
  readonly data: string;
  readonly folder: BotFolder;
  readonly config: BotConfig;
  readonly exchange: Exchange;
  readonly output: Output;
  /** The journal cannot be written: what is not recorded must not be sent. */
  readonly failed: (error: Error) => void;
  /** Ends the process when a strategy does not come back. */
  readonly guard?: Guard;
  /** A file cannot be written, and what that means, as a sentence; null: all can be again. */
  readonly storage?: (sentence: string | null) => void;
  readonly segmentBytes?: number;
  /** What the account's other running bots hold of two assets; nothing if absent. */
  readonly others?: ReconcileOptions['others'];
  /** Sees to it that no other process trades as the bot of this tag. Errors: `Refusal`. */
  readonly alone?: (tag: string) => Promise<void>;
  /** Does the commands that wait. Called when the books are read, and again when they are compared, before it decides. */
  readonly commands?: (obey: Obey) => Promise<void>;
  /** What the fleet's kill switch says, looked at before each entry is sent; never thrown if absent. */
  readonly halt?: () => Halt | null;
  /** Sets its money aside before it buys; nobody asks for that if absent. */
  readonly reserve?: (port: ReserverPort) => Reserver;
  /** What keeps the bot from its exchange, as a sentence; null when it is over. */
  readonly trouble?: (sentence: string | null) => void;
}
