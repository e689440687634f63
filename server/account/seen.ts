import type { BotView } from '../../bot/files/view.js';
import type { VenueName } from '../../exchange/port.js';
import type { AccountView } from '../../views/account-model.js';
import type { Who } from '../auth/context.js';
import type { Keys } from '../keys/keys.js';
import { accountNameOf, accountView, symbolsOn, type KnownAccount } from './accounts.js';
import type { AccountLooks } from './looks.js';
import type { Reserved } from './reserved.js';

export interface AccountsDeps {
  /** Every bot there is. */
  readonly all: () => readonly BotView[];
  readonly visible: () => readonly BotView[];
  /** Whether a bot is who asks's own, not only shared with them. */
  readonly owns: (who: Who, bot: string) => boolean;
  readonly keys: Pick<Keys, 'list'>;
  readonly reserved: Pick<Reserved, 'all'>;
  readonly looks: AccountLooks;
}

/** The accounts of who asks: those of their bots, and those of their keys. Paper belongs to
 * those who trade on it with a bot of their own: others see there the bots that they may see, not what it holds. */
export async function accountsOf(
  who: Who | null,
  { keys, visible, owns }: Pick<AccountsDeps, 'keys' | 'visible' | 'owns'>,
): Promise<KnownAccount[]> {
  const isAdmin = who?.role === 'admin';
  const stored = await keys.list().catch(() => []);
  const own = stored.filter(({ owner }) => isAdmin || (owner !== null && owner === who?.id));
  const found = new Map<string, KnownAccount>();
  for (const { id, venue } of own)
    found.set(accountNameOf({ venue, key: id }), {
      name: accountNameOf({ venue, key: id }),
      venue,
      key: id,
      isOpen: true,
    });
  const bots = visible();
  const tradesOnPaper = who !== null && bots.some(({ id, venue }) => venue === 'paper' && owns(who, id));
  for (const { venue, key } of bots) {
    if (venue === '') continue;
    const name = accountNameOf(key === undefined ? { venue } : { venue, key });
    if (found.has(name)) continue;
    const isOpen = isAdmin || (venue === 'paper' && tradesOnPaper);
    found.set(name, { name, venue: venue as VenueName, ...(key === undefined ? {} : { key }), isOpen });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A page waits no longer for an exchange; what is answered later stands on the next one. */
const PATIENCE_MS = 1_500;

/** All of them, each asked again where what is known is old. */
export async function accountsSeen(who: Who | null, deps: AccountsDeps): Promise<AccountView[]> {
  const accounts = await accountsOf(who, deps);
  const asking = accounts
    .filter(({ isOpen }) => isOpen)
    .map((account) => deps.looks.refreshOld(account.name, account, symbolsOn(deps.all(), account.name)));
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([Promise.all(asking), patience]).finally(() => clearTimeout(timer));
  const reservations = await deps.reserved.all().catch(() => []);
  const facts = {
    all: deps.all(),
    visible: deps.visible(),
    reservations,
    look: (name: string) => deps.looks.get(name),
  };
  return accounts.map((account) => accountView(account, facts));
}

/** Asks an account now, or all of them. Answers how long to wait (ms) where one was asked a moment ago; null: no such account. */
export async function refreshAccounts(
  who: Who | null,
  name: string | undefined,
  deps: AccountsDeps,
): Promise<number | null> {
  const open = (await accountsOf(who, deps)).filter(({ isOpen }) => isOpen);
  const meant = name === undefined ? open : open.filter((account) => account.name === name);
  if (meant.length === 0 && name !== undefined) return null;
  const waits = await Promise.all(
    meant.map((account) => deps.looks.refresh(account.name, account, symbolsOn(deps.all(), account.name))),
  );
  return Math.max(0, ...waits);
}
