import type { BotView, OrderView } from '../../bot/files/view.js';
import { botFolder } from '../../bot/files/folder.js';
import { twinName } from '../../bot/files/twin-name.js';
import { exchangeFor, type Account } from '../../exchange/connect.js';
import { parseClientOrderId } from '../../core/orders.js';
import { acquireLock, acquireName, LockedError, type Lock } from '../../exchange/lock.js';
import type { Exchange } from '../../exchange/port.js';
import { answeringPaper } from './paper.js';
import type { Unreached } from './outcomes.js';

/**
 * Cancels the resting entries of a bot that does not run, under its lock, so that a stopped bot buys nothing; its
 * protection stays. The bot itself learns of it when it next starts. Answers what could not be reached.
 */
export async function cancelEntries(data: string, bot: BotView): Promise<Unreached[]> {
  const entries = entriesOf(bot);
  if (entries.length === 0) return [];
  const lock = await acquireLock(botFolder(data, bot.id).folder, `stopping ${bot.id}`);
  let alone: Lock | null = null;
  try {
    alone = await withoutTwin(data, bot, entries[0]!);
    return await cancelAll(data, bot, entries);
  } catch (error) {
    // Of a copied folder: the entries are those of the bot that runs, and rest for it.
    if (error instanceof LockedError) return [];
    throw error;
  } finally {
    alone?.release();
    lock.release();
  }
}

/** Errors: `LockedError` while another process trades as this bot. */
async function withoutTwin(
  data: string,
  { id, ...account }: BotView,
  { clientOrderId }: EntryView,
): Promise<Lock | null> {
  const tag = parseClientOrderId(clientOrderId)?.tag ?? '';
  return acquireName(await twinName(tag, botFolder(data, id).folder, account), `stopping ${id}`);
}

/** An order that buys, and where. */
export interface EntryView extends OrderView {
  readonly symbol: string;
}

/** All that may buy, also what was on its way when a book was parked. */
export function entriesOf({ symbol, openOrders, parked = [] }: BotView): EntryView[] {
  return [{ symbol, openOrders }, ...parked].flatMap((book) =>
    book.openOrders.filter(({ side }) => side === 'BUY').map((order) => ({ ...order, symbol: book.symbol })),
  );
}

/** Where nothing is matched, nothing is bought. */
const PAPER_DOWN = new Error('the paper exchange does not run, and nothing is bought there until it does');

async function cancelAll(data: string, bot: BotView, entries: readonly EntryView[]): Promise<Unreached[]> {
  const missed = (order: EntryView, error: unknown): Unreached => ({
    id: bot.id,
    order,
    reason: (error as Error).message,
  });
  let exchange: Exchange;
  try {
    exchange = await exchangeFor(bot as Account, data);
    await exchange.connect();
  } catch (error) {
    const down = bot.venue === 'paper' && (await answeringPaper(data)) === null;
    return entries.map((order) => missed(order, down ? PAPER_DOWN : error));
  }
  try {
    const outcomes = await Promise.all(
      entries.map((order) =>
        cancel(exchange, order.symbol, order).then(
          () => null,
          (error: unknown) => missed(order, error),
        ),
      ),
    );
    return outcomes.filter((outcome) => outcome !== null);
  } finally {
    await exchange.close();
  }
}

/** Asked first: cancelling an order that has ended, or never arrived, is no failure. */
async function cancel(exchange: Exchange, symbol: string, { clientOrderId }: OrderView): Promise<void> {
  const known = await exchange.order(symbol, clientOrderId);
  if (known === null || (known.status !== 'open' && known.status !== 'partial')) return;
  await exchange.cancel(symbol, clientOrderId, { timestamp: exchange.now() });
}
