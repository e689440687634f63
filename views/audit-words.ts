/** A line of the audit log in words: what was done, and what is worth telling of it. */

export interface AuditLine {
  readonly action: string;
  readonly about: string | null;
  readonly outcome: string;
  readonly details: object;
}

type Details = Readonly<Record<string, unknown>>;

/** By action; what is done to the bot or user `it`. */
const WORDS: Readonly<Record<string, (it: string, details: Details) => string>> = {
  'server.start': (_, { url }) => `started the server${url === undefined ? '' : ` at ${plain(url)}`}`,
  'server.stop': () => 'ended the server',
  'fleet.down': (_, { bots }) => `ended everything with down: ${named(bots)}`,
  'fleet.halt': (_, { flatten }) => `halted the fleet${flatten === true ? ' and had it sell all' : ''}`,
  'fleet.resume': () => 'let the fleet go on',
  'fleet.caps': (_, details) => `changed caps${changesOf(details)}`,
  'fleet.release': (it) => `gave back what was set aside for ${it}`,
  'bot.create': (it, { from }) => `made the bot ${it}${from === undefined ? '' : ` like ${plain(from)}`}`,
  'bot.config': (it, details) =>
    details['removed'] === true
      ? `took away the config of ${it}`
      : `changed the settings of ${it}${changesOf(details)}`,
  'bot.start': (it, { realMoney }) => `started ${it}${realMoney === true ? ' with real money' : ''}`,
  'bot.stop': (it) => `stopped ${it}`,
  'bot.restart': (it) => `restarted ${it}`,
  'bot.delete': (it) => `deleted the bot ${it}`,
  'bot.access': (it, { owner, shared }) =>
    `gave ${it} to ${owner === null ? 'the admins' : plain(owner)}, shared with ${shared === 'everyone' ? 'everyone' : named(shared, 'nobody')}`,
  'bot.buy': (it, { amount }) => `had ${it} buy${amount === undefined ? '' : ` for ${plain(amount)}`}`,
  'bot.sell': (it, { batch }) => `had ${it} sell${batch === undefined ? '' : ` batch ${plain(batch)}`}`,
  'bot.flatten': (it) => `had ${it} sell all and pause`,
  'bot.cancel': (it, { order }) => `had ${it} cancel the order ${plain(order)}`,
  'bot.pause': (it) => `paused ${it}`,
  'bot.resume': (it) => `let ${it} go on`,
  'bot.adopt': (it) => `had ${it} take over what the account has`,
  'bot.ignore': (it) => `had ${it} ignore what the account lacks`,
  'hand.buy': (_, details) => `bought ${byHand(details)}`,
  'hand.sell': (_, details) => `sold ${byHand(details)}`,
  'key.add': (it, { venue, lastFour }) =>
    `stored the key ${it} for ${plain(venue)}, ends in ${plain(lastFour)}`,
  'key.replace': (it, { lastFour }) => `replaced the key ${it}, ends in ${plain(lastFour)}`,
  'key.remove': (it) => `removed the key ${it}`,
  'key.unlock': () => 'unlocked the stored keys',
  'key.lock': () => 'locked the stored keys',
  'key.master': (_, { kind }) => `changed the master key${kind === undefined ? '' : ` (${plain(kind)})`}`,
  'user.add': (it, { role }) => `added the user ${it} as ${plain(role)}`,
  'user.password': (it) => `set the password of ${it}`,
  'user.role': (it, { role }) => `made ${it} ${plain(role)}`,
  'user.disable': (it) => `disabled ${it}`,
  'user.enable': (it) => `enabled ${it}`,
  'user.totp': (it, { on }) => `turned one-time codes of ${it} ${on === true ? 'on' : 'off'}`,
  'token.add': (it, { scope }) => `made the API token ${it} (${plain(scope)} at most)`,
  'token.revoke': () => 'revoked an API token',
  'session.revoke': (_, { address }) => `ended a session from ${plain(address)}`,
  login: (_, { password }) => (password === 'right' ? 'sign in: right password, wrong code' : 'signed in'),
  logout: () => 'signed out',
  'password.again': () => 'gave the password once more',
  'audit.mended': (_, { tornBytes }) => `took ${plain(tornBytes)} torn bytes off this log`,
};

/** By action, what was tried and came to nothing: who tried it, and why not, stand beside it. */
const TRIED: Readonly<Record<string, (it: string) => string>> = {
  'fleet.down': () => 'end everything with down',
  'fleet.halt': () => 'halt the fleet',
  'fleet.resume': () => 'let the fleet go on',
  'fleet.caps': () => 'change caps',
  'fleet.release': (it) => `give back what is set aside for ${it}`,
  'bot.create': (it) => `make the bot ${it}`.trim(),
  'bot.config': (it) => `change the settings of ${it}`,
  'bot.start': (it) => `start ${it}`,
  'bot.stop': (it) => `stop ${it}`,
  'bot.restart': (it) => `restart ${it}`,
  'bot.delete': (it) => `delete the bot ${it}`,
  'bot.access': (it) => `change who may see ${it}`,
  'bot.buy': (it) => `have ${it} buy`,
  'bot.sell': (it) => `have ${it} sell`,
  'bot.flatten': (it) => `have ${it} sell all and pause`,
  'bot.cancel': (it) => `have ${it} cancel an order`,
  'bot.pause': (it) => `pause ${it}`,
  'bot.resume': (it) => `let ${it} go on`,
  'bot.adopt': (it) => `have ${it} take over what the account has`,
  'bot.ignore': (it) => `have ${it} ignore what the account lacks`,
  'hand.buy': () => 'buy by hand on the practice account',
  'hand.sell': () => 'sell by hand on the practice account',
  'key.add': (it) => `store the key ${it}`,
  'key.replace': (it) => `replace the key ${it}`,
  'key.remove': (it) => `remove the key ${it}`,
  'key.unlock': () => 'unlock the stored keys',
  'key.lock': () => 'lock the stored keys',
  'key.master': () => 'change the master key',
  'user.add': (it) => `add the user ${it}`,
  'user.password': (it) => `set the password of ${it}`,
  'user.role': (it) => `change the role of ${it}`,
  'user.disable': (it) => `disable ${it}`,
  'user.enable': (it) => `enable ${it}`,
  'user.totp': (it) => `turn one-time codes of ${it} on or off`,
  'token.add': (it) => `make the API token ${it}`,
  'token.revoke': () => 'revoke an API token',
};

/** A sentence without its subject: `changed the settings of btc-dip: budget 1000 → 1200`. */
export function auditWords(line: AuditLine): string {
  // What others wrote stays on the one line.
  return sentence(line).replace(/\s+/g, ' ');
}

function sentence({ action, about, outcome, details }: AuditLine): string {
  const it = about ?? '';
  const known = Object.hasOwn(WORDS, action) ? WORDS[action] : undefined;
  const done = known?.(it, details as Details) ?? `${action.replaceAll('.', ' ')} ${it}`.trim();
  if (outcome === 'done') return done;
  if (action === 'login') return done === 'signed in' ? 'tried to sign in' : done;
  if (action === 'password.again') return 'gave a wrong password when asked once more';
  return `${attempt(action, it, details as Details)}${reasonOf(details as Details)}`;
}

/** What was not done; of what it would have been, only what is known of an attempt. */
function attempt(action: string, it: string, details: Details): string {
  if (action === 'bot.config' && details['fileOwner'] !== undefined)
    return `wrote settings of ${it} by hand, which are refused${noChange(details) ? '' : changesOf(details)}`;
  if (action === 'bot.create' && details['fileOwner'] !== undefined)
    return `made the bot ${it} by hand, whose config is refused`;
  const tried = Object.hasOwn(TRIED, action) ? TRIED[action] : undefined;
  return `tried to ${tried?.(it) ?? `${action.replaceAll('.', ' ')} ${it}`.trim()}`;
}

const noChange = ({ changes }: Details): boolean => Array.isArray(changes) && changes.length === 0;

/** A message may have a line for each of several mistakes. */
const reasonOf = ({ message }: Details): string =>
  typeof message === 'string' ? `: ${message.replaceAll(/\.?\n+/g, '; ')}` : '';

/** Whose the file is, for what was written by hand; null for all else. */
export function fileWords(details: object): string | null {
  const { fileOwner, written } = details as Details;
  if (typeof fileOwner !== 'string') return null;
  return `The file belongs to ${fileOwner}${typeof written === 'string' ? `, written ${written.slice(0, 19).replace('T', ' ')} UTC` : ''}`;
}

function changesOf({ changes, more }: Details): string {
  if (!Array.isArray(changes)) return '';
  if (changes.length === 0) return ': no value is another';
  const rest = typeof more === 'number' ? `, and ${more} more` : '';
  return `: ${changes.map((each) => changeOf(each as Details)).join(', ')}${rest}`;
}

function changeOf({ path, key, before, after }: Details): string {
  const name = plain(path ?? key);
  if (before === null) return `${name} is now ${plain(after)}`;
  return after === null
    ? `${name} ${plain(before)} taken away`
    : `${name} ${plain(before)} → ${plain(after)}`;
}

const byHand = ({ symbol, quantity }: Details): string =>
  `${plain(quantity)} of ${plain(symbol)} by hand on the practice account`;

function named(list: unknown, none = 'no bot'): string {
  if (!Array.isArray(list) || list.length === 0) return none;
  return list.map(plain).join(', ');
}

const plain = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? 'none' : JSON.stringify(value);
