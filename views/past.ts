/** What came of cycles and batches that have ended. */
import { amountDigits } from './amount-digits.js';
import type { PastFigures, PastView } from '../bot/files/past.js';
import type { BotView } from '../bot/files/view.js';
import type { Closed } from '../core/closed.js';
import { html, NOTHING, type Html } from './html.js';
import { fixed, isZero, MINUS, signAt, sum } from './number.js';
import { absent, explained, moment, feeDigits, money, pnl } from './parts.js';
import { nothing, panel, rowIds, tradeClock } from './tables.js';

const ENDS = { 'take-profit': 'target', 'stop-loss': 'stop loss', exit: 'exit' } as const;

/** Figures over all of them, then the newest. Target `#past`. */
export function pastSection(bot: BotView): Html {
  const { past } = bot;
  if (past === undefined)
    return panel('past', 'Cycles', null, nothing('Nothing has been bought and sold again yet.'));
  const { cycles, batches, figures } = past;
  return panel(
    'past',
    'Cycles',
    figures.cycles.count + figures.batches.count,
    html`${figuresTable(bot, figures)}
    ${batches.length === 0 ? NOTHING : table(bot, 'batch', batches)}${cycles.length === 0 ? NOTHING : table(bot, 'cycle', cycles)}`,
  );
}

function figuresTable({ quote }: BotView, { cycles, batches, steps }: PastView['figures']): Html {
  return html`<div class="scroll" tabindex="0">
    <table class="list figures">
      <thead>
        <tr>
          <th scope="col"><span class="sr">what</span></th>
          <th scope="col" class="r">ended</th>
          <th scope="col" class="r">${explained('won', 'How many brought a profit')}</th>
          <th scope="col" class="r">profit <i class="unit">${quote}</i></th>
          <th scope="col" class="r">average</th>
        </tr>
      </thead>
      <tbody>
        ${figuresRow('cycles', cycles, quote)}${figuresRow('batches', batches, quote)}${figuresRow('steps sold', steps, quote)}
      </tbody>
    </table>
  </div>`;
}

function figuresRow(
  name: string,
  { count, winRatePercent, pnl: sum, averagePnl }: PastFigures,
  quote: string,
): Html {
  if (count === 0) return NOTHING;
  const digits = amountDigits(quote);
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="r num">${count}</td>
    <td class="r num">${winRatePercent === null ? absent : html`${winRatePercent} %`}</td>
    <td class="r">${pnl(sum, digits)}</td>
    <td class="r">${pnl(averagePnl, digits)}</td>
  </tr>`;
}

function table(bot: BotView, part: 'batch' | 'cycle', closed: readonly Closed[]): Html {
  const ids = rowIds(part);
  return html`<div class="scroll tall" tabindex="0">
    <table class="list">
      <thead>
        <tr>
          <th scope="col">${part}</th>
          <th scope="col">${tradeClock(bot)}</th>
          <th scope="col">bought</th>
          <th scope="col">ended</th>
          ${part === 'cycle' ? html`<th scope="col" class="r">${explained('fees', 'Commissions of all its trades')}</th>` : NOTHING}
          <th scope="col" class="r">${explained('PnL', 'After commissions in the quote asset')}</th>
        </tr>
      </thead>
      <tbody>
        ${closed.map((each) => row(ids(`${each.symbol} ${each.number}`), bot, each))}
      </tbody>
    </table>
  </div>`;
}

function row(id: string, bot: BotView, closed: Closed): Html {
  const { symbol, quote, pricePrecision } = bot;
  const digits = amountDigits(quote);
  const { number, closedAt, cost, price, end, received, sales } = closed;
  const market = closed.symbol === symbol ? NOTHING : html` <small class="aside">${closed.symbol}</small>`;
  return html`<tr id="${id}">
    <td class="num">${number}${market}</td>
    <td>${moment(closedAt)}</td>
    <td>${money(cost, digits)} <i class="unit">${quote}</i> @ ${money(price, pricePrecision)}</td>
    <td>${end === null ? absent : ENDS[end]}${stepsOf(sales)}</td>
    ${closed.part === 'cycle' ? html`<td class="r">${feesOf(bot, closed)}</td>` : NOTHING}
    <td class="r" title="${fixed(received, digits)} ${quote} received${keptWords(closed, digits)}">
      ${pnl(closed.pnl, digits)}
    </td>
  </tr>`;
}

/** Why the profit is not what was received less the cost: dust keeps its cost, until it is sold with what comes later. */
function keptWords({ cost, received, pnl }: Closed, digits: number): string {
  const kept = sum(sum(cost, pnl), `-${received}`);
  const amount = fixed(kept, digits).replace(MINUS, '');
  const sign = signAt(kept, digits);
  if (sign === 0) return '';
  return sign > 0
    ? `; ${amount} of the cost stays in what was too small to sell`
    : `; what was left from before and sold with it had cost ${amount}`;
}

/** How it was sold, step by step: `33 % · 33 % · 34 %`. */
function stepsOf(sales: Closed['sales']): Html {
  if (sales.length === 0) return NOTHING;
  return html` <small class="aside">${sales.map(({ percent }) => `${percent} %`).join(' · ')}</small>`;
}

/** By asset, of the trades from its first entry to its last sale; there is no other cycle of the bot in between. */
function feesOf({ trades, quote }: BotView, { openedAt, closedAt }: Closed): Html {
  const fees = new Map<string, string>();
  for (let at = firstFrom(trades, openedAt); at < trades.length; at += 1) {
    const trade = trades[at]!;
    if (trade.time > closedAt) break;
    fees.set(trade.feeAsset, sum(fees.get(trade.feeAsset) ?? '0', trade.fee));
  }
  const shown = [...fees].filter(([, fee]) => !isZero(fee));
  if (shown.length === 0) return absent;
  return html`${shown.map(([asset, fee]) => html`<span class="fee">${money(fee, asset === quote ? amountDigits(quote) : feeDigits(fee))} <i class="unit">${asset}</i></span>`)}`;
}

/** Trades ascend by time, and there may be many. */
function firstFrom(trades: BotView['trades'], time: number): number {
  let [low, high] = [0, trades.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trades[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
