/** One line of a journal: an event and the effects it had, numbered, with a checksum of its own text. */
import { crc32 } from 'node:zlib';
import type { Effect, Event } from '../../core/events.js';
import type { Settings } from '../../core/state.js';

/** The first entry of a bot's life: from it and all later events the state follows. */
export interface Birth {
  readonly type: 'born';
  readonly tag: string;
  readonly settings: Settings;
  /** The account's last trade on the symbol before the bot existed: older ones are not its. */
  readonly tradeCursor: string | null;
  readonly wall: number;
}

export interface Entry {
  readonly seq: number;
  readonly event: Event | Birth;
  readonly effects: readonly Effect[];
}

export class JournalDamaged extends Error {
  constructor(file: string, line: number, reason: string) {
    super(
      `${file}:${line}: ${reason}. Nothing is traded until this is mended: restore the file from a backup, or move the bot's folder away and create the bot anew.`,
    );
    this.name = 'JournalDamaged';
  }
}

/** The end of each line, always as long: `,"crc":"` and eight digits. */
const CRC = /^,"crc":"([0-9a-f]{8})"\}$/;
const CRC_LENGTH = 18;

export function encodeEntry(entry: Entry): string {
  return seal({ seq: entry.seq, event: entry.event, effects: entry.effects });
}

/** Null when the line is not what was written. */
export function decodeEntry(line: string): Entry | null {
  return unseal(line) as Entry | null;
}

/** A line of JSON with a checksum of its text; `value` is an object. */
export function seal(value: object): string {
  const text = JSON.stringify(value);
  return `${text.slice(0, -1)},"crc":"${checksum(text)}"}\n`;
}

/** What was sealed; null when the line is not what was written. */
export function unseal(line: string): unknown {
  const match = CRC.exec(line.slice(-CRC_LENGTH));
  if (match === null) return null;
  const text = `${line.slice(0, -CRC_LENGTH)}}`;
  return checksum(text) === match[1] ? JSON.parse(text) : null;
}

export function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
