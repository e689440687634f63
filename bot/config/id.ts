const ID = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** Names that a file system (Windows devices) or a JavaScript object keeps for itself. */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9]|constructor|prototype)$/;

export const ID_RULE =
  'must be 1 to 40 lower-case letters, digits, "-" or "_", beginning with a letter or digit (and no reserved name such as "con")';

/** Whether a text may be a bot's id, and so the name of its folder and, with `bot-` before it, of its process. */
export function isBotId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value) && !RESERVED.test(value);
}

const natural = new Intl.Collator('en', { numeric: true });

/** The order in which bots are listed, as a reader counts: `bot-16` before `bot-116`. */
export function byBotId(a: string, b: string): number {
  return natural.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
