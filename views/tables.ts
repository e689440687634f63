import { amountDigits } from './amount-digits.js';
import type { AdjustmentView, BotView, OrderView, TradeView } from '../bot/files/view.js';
import { askAbout } from './actions.js';
import { isApart, MARKET_TIME } from './clocks.js';
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { fixed, isZero } from './number.js';
import { absent, explained, moment, feeDigits, money, pnl } from './parts.js';

/** A section of the bot's page with its heading. */
export const panel = (id: string, title: string, count: number | null, body: Html): Html =>
  html`<section id="${id}" class="panel" aria-labelledby="${id}-title">
    <h2 id="${id}-title">
      ${title}${count === null ? NOTHING : html` <span class="tally num">${fixed(String(count), 0)}</span>`}
    </h2>
    ${body}
  </section>`;

/** Said where a table would be empty. */
export const nothing = (text: string): Html => html`<p class="nothing">${text}</p>`;

/**
 * Ids for the rows of a table that is pushed: a new row is put where it belongs and marked, and the others stay the rows
 * they are, instead of each taking the words of its neighbour. What is the same twice gets a number.
 */
export function rowIds(prefix: string): (key: string | number) => string {
  const counts = new Map<string, number>();
  return (key) => {
    const id = `${prefix}-${String(key).replace(/[^\w.-]+/g, '-')}`;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return count === 1 ? id : `${id}-${count}`;
  };
}

/** What rests on the exchange now. Target `#orders`. */
export function ordersTable(bot: BotView): Html {
  const { openOrders } = bot;
  if (openOrders.length === 0)
    return panel(
      'orders',
      'Open orders',
      null,
      nothing(bot.booksUnread ? 'Not known: its books cannot be read.' : 'Nothing rests on the exchange.'),
    );
  const ids = rowIds('order');
  return panel(
    'orders',
    'Open orders',
    openOrders.length,
    html`<div class="scroll" tabindex="0">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">${explained('slot', 'The place of this order in its plan')}</th>
            <th scope="col">order</th>
            <th scope="col" class="r">price</th>
            <th scope="col" class="r">${explained('trigger', 'The price at which it becomes active')}</th>
            <th scope="col" class="r">quantity</th>
            <th scope="col" class="r">filled</th>
            <th scope="col">status</th>
            <th scope="col"><span class="sr">action</span></th>
          </tr>
        </thead>
        <tbody>
          ${openOrders.map((order) => orderRow(ids(order.clientOrderId), order, bot))}
        </tbody>
      </table>
    </div>`,
  );
}

export const side = (value: 'BUY' | 'SELL'): Html =>
  html`<span class="side"
    >${icon(value === 'BUY' ? 'buying' : 'selling')}${value === 'BUY' ? 'buy' : 'sell'}</span
  >`;

function orderRow(id: string, order: OrderView, bot: BotView): Html {
  const { pricePrecision, quantityPrecision } = bot;
  const rests = order.status === 'open' || order.status === 'partial';
  const which = `order=${encodeURIComponent(order.clientOrderId)}`;
  return html`<tr id="${id}" title="${order.clientOrderId}">
    <td>${order.slot}</td>
    <td>${side(order.side)} <span class="muted">${words(order.type)}</span></td>
    <td class="r">${money(order.price, pricePrecision)}</td>
    <td class="r">${money(order.stopPrice, pricePrecision)}</td>
    <td class="r">${money(order.quantity, quantityPrecision)}</td>
    <td class="r">${money(order.filled, quantityPrecision)}</td>
    <td>${words(order.status)}</td>
    <td>
      ${rests ? askAbout(bot, 'cancel', which, 'Cancel…', `${order.slot} ${words(order.type)}`) : NOTHING}
    </td>
  </tr>`;
}

/** `STOP_LOSS_LIMIT` as people say it. */
const words = (code: string): string => code.toLowerCase().replaceAll('_', ' ');

/** Its fills, newest first. Target `#trades`. */
export function tradesTable(bot: BotView, _now: number): Html {
  const { trades, adjustments } = bot;
  if (trades.length === 0 && adjustments.length === 0)
    return panel('trades', 'Trades', null, nothing('No trade yet.'));
  const ids = rowIds('trade');
  const rows = [
    ...trades.map((trade) => ({
      time: trade.time,
      // Ids of trades count by symbol.
      row: () => tradeRow(ids(`${trade.symbol ?? ''}${trade.tradeId}`), trade, bot),
    })),
    ...adjustments.map((each) => ({ time: each.time, row: () => adjustmentRow(each, bot) })),
  ];
  // A stable order, so that fills of one moment stay as they came.
  const newestFirst = rows
    .sort((a, b) => a.time - b.time)
    .reverse()
    .slice(0, 200);
  return panel(
    'trades',
    'Trades',
    bot.tradeCount,
    html`<div class="scroll tall" tabindex="0">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">${tradeClock(bot)}</th>
            <th scope="col">side</th>
            <th scope="col" class="r">price</th>
            <th scope="col" class="r">quantity</th>
            <th scope="col" class="r">fee</th>
            <th scope="col" class="r">
              ${explained('PnL', 'Realized by this trade, after fees')} <i class="unit">${bot.quote}</i>
            </th>
          </tr>
        </thead>
        <tbody>
          ${newestFirst.map(({ row }) => row())}
        </tbody>
      </table>
    </div>`,
  );
}

/** Trades carry the market's time, which in a replay or a fast market is not that of the wall. */
export function tradeClock(bot: BotView): Html | string {
  return isApart(bot) ? MARKET_TIME : 'time';
}

/** Codes that no signal gives; whatever else it was, the signal said so. */
const SOLD: Readonly<Record<string, string>> = {
  'target-met': 'target',
  'stop-met': 'stop loss',
  'stop-loss': 'stop loss',
  'trailing-stop': 'trailing stop',
  unprotectable: 'no stop possible',
  'stop-stuck': 'stop not filled',
  'user-sell': 'by hand',
  halt: 'halt',
  follows: 'your trade',
  found: 'found',
};

function sold({ reason }: TradeView): Html {
  return reason === undefined ? NOTHING : html` <small class="aside">${SOLD[reason] ?? 'signal'}</small>`;
}

function tradeRow(id: string, trade: TradeView, bot: BotView): Html {
  const { pricePrecision, quantityPrecision } = bot;
  return html`<tr id="${id}">
    <td>${moment(trade.time)}</td>
    <td>${side(trade.side)}${sold(trade)}</td>
    <td class="r">${money(trade.price, pricePrecision)}</td>
    <td class="r">${money(trade.quantity, quantityPrecision)}</td>
    <td class="r">
      ${money(trade.fee, feeDigits(trade.fee, trade.feeAsset === bot.quote))}
      <i class="unit">${trade.feeAsset}</i>
    </td>
    <td class="r">${trade.pnl === null ? absent : pnl(trade.pnl, amountDigits(bot.quote))}</td>
  </tr>`;
}

/** Not a trade: what was taken out of the books because the account lacked it. */
function adjustmentRow(
  { uuid, time, quantity, cost, cash }: AdjustmentView,
  { quantityPrecision, quote }: BotView,
): Html {
  const digits = amountDigits(quote);
  const coins = isZero(quantity)
    ? NOTHING
    : html`${money(cost, digits)} <i class="unit">${quote}</i> of cost`;
  const purse = isZero(cash) ? NOTHING : html` ${money(cash, digits)} <i class="unit">${quote}</i> of cash`;
  return html`<tr id="adjustment-${uuid}">
    <td>${moment(time)}</td>
    <td colspan="2">
      ${explained('adopted', 'Taken out of the books, because the account did not have it; nothing is realized.')}
      <span class="muted">${coins}${purse}</span>
    </td>
    <td class="r">${isZero(quantity) ? absent : html`−${money(quantity, quantityPrecision)}`}</td>
    <td class="r">${absent}</td>
    <td class="r">${absent}</td>
  </tr>`;
}
