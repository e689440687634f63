import { amountDigits } from './amount-digits.js';
import type { BotView } from '../bot/files/view.js';
import { askAbout } from './actions.js';
import { html, NOTHING, type Html } from './html.js';
import { isZero } from './number.js';
import { absent, explained, moment, money, pnl } from './parts.js';
import { nothing, panel, side, tradeClock } from './tables.js';

type Follow = NonNullable<BotView['follow']>;
type Group = Follow['groups'][number];

/** The user's own trades that this bot answers, and how far each has come. Target `#follow`. */
export function followTable(bot: BotView): Html {
  if (bot.follow === undefined) return html`<section id="follow" hidden></section>`;
  const { groups } = bot.follow;
  const body =
    groups.length === 0
      ? nothing('No trade of yours since it began. Buy or sell at the exchange, and it follows.')
      : html`<div class="scroll tall" tabindex="0">
          <table class="list">
            <thead>
              <tr>
                <th scope="col">${tradeClock(bot)}</th>
                <th scope="col">
                  ${explained('your order', 'The side and number of your own order at the exchange')}
                </th>
                <th scope="col" class="r">price</th>
                <th scope="col" class="r">quantity</th>
                <th scope="col" class="r">${explained('answer', 'The price of the counter order')}</th>
                <th scope="col" class="r">
                  ${explained('left', 'What the counter order is still to trade')}
                </th>
                <th scope="col">state</th>
                <th scope="col" class="r">PnL <i class="unit">${bot.quote}</i></th>
                <th scope="col"><span class="sr">action</span></th>
              </tr>
            </thead>
            <tbody>
              ${groups.map((group) => row(group, bot))}
            </tbody>
          </table>
        </div>`;
  return panel('follow', 'Your trades, answered', groups.length, html`${account(bot, bot.follow)}${body}`);
}

const STATES: Readonly<Record<Group['state'], readonly [string, string]>> = {
  collecting: ['collects', 'Too small for an order yet: it joins your next trade of this side'],
  open: ['to be placed', 'Its counter order is about to be placed, or waits for a pause to end'],
  resting: ['rests', 'Its counter order rests on the exchange'],
  answered: ['answered', 'Its counter order was filled'],
  dropped: ['taken back', 'Its counter order was cancelled by you: the trade is yours alone'],
  taken: ['sold by you', 'The account does not have these coins any more'],
  'beyond-budget': ['beyond budget', 'The budget does not allow to buy that back'],
  rehearsed: ['dry run', 'Nothing was sent'],
};

function row(group: Group, bot: BotView): Html {
  const { id, slot, orderIds, time, price, quantity, counterPrice, open, state } = group;
  const [word, meaning] = STATES[state];
  const { pricePrecision, quantityPrecision } = bot;
  return html`<tr id="group-${id}" title="${slot}">
    <td>${moment(time)}</td>
    <td>${side(group.side)} <span class="muted">${orderIds.join(', ')}</span></td>
    <td class="r">${money(price, pricePrecision)}</td>
    <td class="r">${money(quantity, quantityPrecision)}</td>
    <td class="r">${counterPrice === null ? absent : money(counterPrice, pricePrecision)}</td>
    <td class="r">${isZero(open) ? absent : money(open, quantityPrecision)}</td>
    <td>${explained(word, meaning)}</td>
    <td class="r">${isZero(group.answered) ? absent : pnl(group.pnl, amountDigits(bot.quote))}</td>
    <td>${state === 'resting' ? askAbout(bot, 'cancel', `order=${slot}`, 'Cancel…', slot) : NOTHING}</td>
  </tr>`;
}

/** What the account has, and the average that is watched. */
function account(bot: BotView, { account: has, average }: Follow): Html {
  const { base, quote, quantityPrecision, pricePrecision } = bot;
  const amount = (total: string, asset: string, decimals: number): Html => {
    const free = has?.free[asset];
    return html`${money(total, decimals)}
      <i class="unit">${asset}</i
      >${free === undefined ? NOTHING : html` <span class="muted">(${money(free, decimals)} free)</span>`}`;
  };
  const held =
    has === null
      ? NOTHING
      : html`<span title="What it has in all; free is what no order holds"
          >Account ${amount(has.base, base, quantityPrecision)},
          ${amount(has.quote, quote, amountDigits(quote))}, ${moment(has.at)}</span
        >`;
  const ma7 =
    average?.value == null
      ? html`<span class="muted">not known yet</span>`
      : html`${money(average.value, pricePrecision)} <b>${(average.direction ?? '').toUpperCase()}</b>`;
  return html`<p class="muted">
    ${held} · ${explained('MA7', 'The average of the last seven closes of a minute; it decides nothing')}
    ${ma7}
  </p>`;
}
