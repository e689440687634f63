/** What this version of Flotilla can read. What a newer one wrote is refused: to guess at it would be to lose it. */
import type { Event } from '../../core/events.js';
import type { Birth } from './journal.js';

/** Of the checkpoint and the state in it. A field more is no new version; a field that means something else is. */
export const FILES_VERSION = 1;

/** Every kind of journal entry; the compiler asks for new ones. */
const KNOWN: Readonly<Record<(Event | Birth)['type'], true>> = {
  born: true,
  started: true,
  kline: true,
  price: true,
  report: true,
  failed: true,
  'cancel-failed': true,
  absent: true,
  snapshot: true,
  balances: true,
  config: true,
  moved: true,
  command: true,
  manual: true,
  minute: true,
  storage: true,
  market: true,
  halt: true,
  reservation: true,
  time: true,
};

export class NewerVersion extends Error {
  constructor(what: string) {
    super(
      `${what}: a newer Flotilla wrote it. Nothing is traded and nothing is changed; start the newer version again.`,
    );
    this.name = 'NewerVersion';
  }
}

/** Errors: `NewerVersion`. */
export function refuseNewer(file: string, version: unknown): void {
  if (typeof version === 'number' && version > FILES_VERSION)
    throw new NewerVersion(`${file} is of version ${version}, this one knows ${FILES_VERSION}`);
}

/** Errors: `NewerVersion`. */
export function refuseUnknown(file: string, seq: number, type: string): void {
  if (!Object.hasOwn(KNOWN, type))
    throw new NewerVersion(`${file}: entry ${seq} is a "${type}", which this version does not know`);
}
