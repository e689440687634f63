import { accountOf } from '../../bot/config/account.js';
import type { ReservationFile } from '../../bot/files/reservations.js';
import type { BotView } from '../../bot/files/view.js';
import { dec, max, text, ZERO, type Decimal, type DecimalText } from '../../core/decimal.js';
import type { VenueName } from '../../exchange/port.js';
import type { AccountBot, AccountOrder, AccountView, AssetView } from '../../views/account-model.js';
import type { Look } from './looks.js';

/** An account that somebody has to do with. */
export interface KnownAccount {
  readonly name: string;
  readonly venue: VenueName;
  readonly key?: string;
  /** Whether who asks may see what is in it. */
  readonly isOpen: boolean;
}

export interface AccountFacts {
  /** Every bot there is, and those that who asks may see. */
  readonly all: readonly BotView[];
  readonly visible: readonly BotView[];
  readonly reservations: readonly ReservationFile[];
  readonly look: (account: string) => Look | null;
}

export function accountNameOf({ venue, key }: Pick<BotView, 'venue' | 'key'>): string {
  return accountOf(key === undefined ? { venue } : { venue, key });
}

/** Symbols that bots of an account trade, or have something parked of. */
export function symbolsOn(bots: readonly BotView[], account: string): string[] {
  const of = bots.filter((bot) => bot.symbol !== '' && accountNameOf(bot) === account);
  return [
    ...new Set(of.flatMap(({ symbol, parked = [] }) => [symbol, ...parked.map((book) => book.symbol)])),
  ].sort();
}

/** One account as who asks may see it: sums count every bot, but only their own are named. */
export function accountView({ name, venue, key, isOpen }: KnownAccount, facts: AccountFacts): AccountView {
  const visible = facts.visible.filter((bot) => accountNameOf(bot) === name);
  const all = facts.all.filter((bot) => accountNameOf(bot) === name);
  const reservations = facts.reservations.filter(({ account }) => account === name);
  const look = isOpen ? facts.look(name) : null;
  const reserved = new Map(reservations.map(({ id, amount }) => [id, amount]));
  return {
    account: name,
    venue,
    key: key ?? null,
    isOpen,
    at: look === null || look.at === 0 ? null : look.at,
    problem: look?.problem ?? null,
    assets: isOpen ? assetsOf(all, reservations, look) : [],
    bots: visible.map((bot) => accountBot(bot, reserved.get(bot.id) ?? null)),
    orders: look === null ? [] : ordersOf(look, visible),
    fees: feesOf(visible),
    otherBots: isOpen ? all.length - visible.length : 0,
  };
}

const worthOf = (quantity: DecimalText, price: DecimalText | null): DecimalText | null =>
  price === null ? null : text(dec(quantity).times(price));

function accountBot(bot: BotView, reserved: DecimalText | null): AccountBot {
  const { id, name, symbol, base, quote, position, price, fees } = bot;
  const { pricePrecision, quantityPrecision } = bot;
  const { quantity, cost } = position;
  const worth = worthOf(quantity, price);
  const parked = (bot.parked ?? []).map((book) => ({
    ...{ symbol: book.symbol, base: book.base, quote: book.quote },
    ...{ quantity: book.position.quantity, cost: book.position.cost },
    worth: worthOf(book.position.quantity, book.price),
  }));
  return {
    ...{ id, name, symbol, base, quote, quantity, pricePrecision, quantityPrecision },
    ...{ cost, worth, reserved, fees, parked },
  };
}

function assetsOf(
  bots: readonly BotView[],
  reservations: readonly ReservationFile[],
  look: Look | null,
): AssetView[] {
  const held = new Map<string, Decimal>();
  const costs = new Map<string, DecimalText>();
  for (const { id, base, position, parked = [], dryRun } of bots) {
    const books = [{ base, position }, ...parked];
    costs.set(id, text(books.reduce((sum, book) => sum.plus(book.position.cost), ZERO)));
    if (dryRun) continue;
    for (const book of books)
      if (book.base !== '') held.set(book.base, (held.get(book.base) ?? ZERO).plus(book.position.quantity));
  }
  const reserved = new Map<string, Decimal>();
  for (const { id, asset, amount } of reservations) {
    const left = max(ZERO, dec(amount).minus(costs.get(id) ?? '0'));
    reserved.set(asset, (reserved.get(asset) ?? ZERO).plus(left));
  }
  const balances = new Map((look?.balances ?? []).map((balance) => [balance.asset, balance]));
  const isKnown = look !== null && look.at > 0;
  const some = [...balances.values()].filter(({ free, locked }) => dec(free).plus(locked).gt(0));
  const used = [...held].filter(([, amount]) => amount.gt(0)).map(([asset]) => asset);
  const names = new Set([...reserved.keys(), ...used, ...some.map(({ asset }) => asset)]);
  return [...names].map((asset): AssetView => {
    const balance = balances.get(asset);
    const total = isKnown ? dec(balance?.free ?? '0').plus(balance?.locked ?? '0') : null;
    const [inBots, aside] = [held.get(asset) ?? ZERO, reserved.get(asset) ?? ZERO];
    return {
      asset,
      total: total === null ? null : text(total),
      locked: total === null ? null : (balance?.locked ?? '0'),
      inBots: text(inBots),
      reserved: text(aside),
      free: total === null ? null : text(max(ZERO, total.minus(inBots).minus(aside))),
    };
  });
}

/** The pattern of our own ids (design §4): `F<tag>-<seq>-<slot>`. */
const OURS = /^F[A-Za-z0-9]{8}-[0-9a-z]+-/;

function ordersOf({ orders }: Look, visible: readonly BotView[]): AccountOrder[] {
  const owner = new Map(
    visible.flatMap(({ id, openOrders, parked = [] }) =>
      [{ openOrders }, ...parked].flatMap((book) =>
        book.openOrders.map(({ clientOrderId }) => [clientOrderId, id] as const),
      ),
    ),
  );
  return orders.map(({ clientOrderId, symbol, side, type, price, stopPrice, quantity, executed }) => {
    const bot = owner.get(clientOrderId) ?? null;
    const at = dec(price).gt(0) ? price : dec(stopPrice).gt(0) ? stopPrice : null;
    const origin = bot !== null ? 'bot' : OURS.test(clientOrderId) ? 'flotilla' : 'other';
    return { origin, bot, symbol, side, type, price: at, quantity, executed };
  });
}

function feesOf(bots: readonly BotView[]): Record<string, DecimalText> {
  const sums = new Map<string, Decimal>();
  for (const { fees } of bots)
    for (const [asset, amount] of Object.entries(fees))
      sums.set(asset, (sums.get(asset) ?? ZERO).plus(amount));
  return Object.fromEntries([...sums].map(([asset, amount]) => [asset, text(amount)]));
}
