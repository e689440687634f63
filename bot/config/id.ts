const ID = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** Names that a file system (Windows devices) or a JavaScript object keeps for itself. */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9]|constructor|prototype)$/;

export const ID_RULE =
  'must be 1 to 40 lower-case letters, digits, "-" or "_", beginning with a letter or digit (and no reserved name such as "con")';

/** Whether a text may be a bot's id, and so the name of its folder and, with `bot-` before it, of its process. */
export function isBotId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value) && !RESERVED.test(value);
}
