import { amountDigits } from './amount-digits.js';
import type { BotView } from '../bot/files/view.js';
import type { ParkedView } from '../bot/files/parked-view.js';
import { askAbout } from './actions.js';
import { html, NOTHING, type Html } from './html.js';
import { decimalsOf, fixed } from './number.js';
import { money, pnl } from './parts.js';
import { panel } from './tables.js';

/** What it still holds of symbols that it traded before; shown where there is something. Target `#parked`. */
export function parkedPanel(bot: BotView): Html {
  const { parked = [] } = bot;
  if (parked.length === 0) return html`<section id="parked" hidden></section>`;
  return panel(
    'parked',
    'Parked',
    parked.length,
    html`<p class="muted">
        Held of symbols that the bot traded before. What protects it stays on the exchange, nothing more of it
        is bought, and what it brings is the bot’s again.
      </p>
      <div class="scroll" tabindex="0">
        <table class="list">
          <thead>
            <tr>
              <th scope="col">symbol</th>
              <th scope="col" class="r">quantity</th>
              <th scope="col" class="r">cost <i class="unit">${bot.quote}</i></th>
              <th scope="col" class="r">unrealized <i class="unit">${bot.quote}</i></th>
              <th scope="col">rests on the exchange</th>
              <th scope="col"><span class="sr">action</span></th>
            </tr>
          </thead>
          <tbody>
            ${parked.map((book) => row(bot, book))}
          </tbody>
        </table>
      </div>`,
  );
}

/** The digits of a symbol that is not the bot's own any more are those that its orders have. */
const shown = (price: string | null): string => (price === null ? 'market' : fixed(price, decimalsOf(price)));

function row(bot: BotView, { symbol, base, phase, position, openOrders }: ParkedView): Html {
  const rests =
    phase === 'flat'
      ? 'too little to be sold'
      : openOrders.map(({ slot, price, stopPrice }) => `${slot} at ${shown(stopPrice ?? price)}`).join(', ');
  const ask =
    phase === 'flat'
      ? NOTHING
      : askAbout(bot, 'sell', `symbol=${encodeURIComponent(symbol)}`, 'Sell…', symbol);
  return html`<tr id="parked-${symbol}">
    <td>${symbol}</td>
    <td class="r">${money(position.quantity, decimalsOf(position.quantity))} <i class="unit">${base}</i></td>
    <td class="r">${money(position.cost, amountDigits(bot.quote))}</td>
    <td class="r">${phase === 'flat' ? NOTHING : pnl(position.unrealizedPnl, amountDigits(bot.quote))}</td>
    <td>${rests}</td>
    <td>${ask}</td>
  </tr>`;
}
