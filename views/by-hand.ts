import type { BotView } from '../bot/files/view.js';
import { html, NOTHING, type Html } from './html.js';
import { fixed, isZero } from './number.js';
import { moment, money } from './parts.js';
import { panel, rowIds, side, tradeClock } from './tables.js';

/** What the user does by hand on the symbol, in the same account; shown where there is something. Target `#by-hand`. */
export function byHand(bot: BotView): Html {
  const { trades, tradeCount, orders } = bot.manual;
  if (tradeCount === 0 && orders.length === 0) return html`<section id="by-hand" hidden></section>`;
  const ids = rowIds('own');
  return panel(
    'by-hand',
    'By hand',
    tradeCount,
    html`<p class="muted">
        ${summary(bot)}
        ${bot.follow === undefined ? 'The bot leaves them alone.' : 'The bot answers them; orders that rest are yours.'}
      </p>
      <div class="scroll" tabindex="0">
        <table class="list">
          <thead>
            <tr>
              <th scope="col">${tradeClock(bot)}</th>
              <th scope="col">yours</th>
              <th scope="col" class="r">price</th>
              <th scope="col" class="r">quantity</th>
            </tr>
          </thead>
          <tbody>
            ${orders.map((order) => openRow(ids(order.clientOrderId), order, bot))}${[...trades].reverse().map((trade) => tradeRow(ids(`trade ${trade.time} ${trade.price} ${trade.quantity}`), trade, bot))}
          </tbody>
        </table>
      </div>`,
  );
}

function summary({ manual, base, quantityPrecision }: BotView): string {
  const { tradeCount, bought, sold } = manual;
  if (tradeCount === 0) return 'Orders of yours rest on this symbol.';
  const amounts = [
    isZero(bought) ? [] : [`${fixed(bought, quantityPrecision)} ${base} bought`],
    isZero(sold) ? [] : [`${fixed(sold, quantityPrecision)} ${base} sold`],
  ].flat();
  return `Your own trades since the bot began: ${amounts.join(', ')}.`;
}

type Order = BotView['manual']['orders'][number];
type Trade = BotView['manual']['trades'][number];

function openRow(id: string, order: Order, { pricePrecision, quantityPrecision }: BotView): Html {
  const price = isZero(order.price) ? order.stopPrice : order.price;
  return html`<tr id="${id}" title="${order.clientOrderId}">
    <td><span class="muted">open</span></td>
    <td>${side(order.side)} <span class="muted">${order.type.toLowerCase().replaceAll('_', ' ')}</span></td>
    <td class="r">${isZero(price) ? NOTHING : money(price, pricePrecision)}</td>
    <td class="r">${money(order.quantity, quantityPrecision)}</td>
  </tr>`;
}

function tradeRow(id: string, { time, side: value, price, quantity }: Trade, bot: BotView): Html {
  return html`<tr id="${id}">
    <td>${moment(time)}</td>
    <td>${side(value)}</td>
    <td class="r">${money(price, bot.pricePrecision)}</td>
    <td class="r">${money(quantity, bot.quantityPrecision)}</td>
  </tr>`;
}
