import { amountDigits } from '../amount-digits.js';
import type { BotView } from '../../bot/files/view.js';
import { pauseOrResume, startOrStop } from '../actions.js';
import { html, NOTHING, type Html } from '../html.js';
import type { Note } from '../model.js';
import { nextKline } from '../next-kline.js';
import { fixed, sum } from '../number.js';
import { absent, ago, inFolder, money, partial, pnl, price, stateMark, strategyOf } from '../parts.js';
import { hasDust, isHolding, isOn, stateOf } from '../state.js';
import { trendLine } from './trend.js';

/** A selected bot's box is a field of the form around the bar, by this name and its id. */
export const PICK = 'pick.';

/** Words by which the filter finds a row. */
function facets(bot: BotView, act: boolean): string {
  const all = [
    isOn(bot) ? 'running' : 'stopped',
    isHolding(bot) ? 'holding' : '',
    bot.paused ? 'paused' : '',
    stateOf(bot).kind,
    act ? 'needs-you' : '',
  ];
  return [...new Set(all)].filter(Boolean).join(' ');
}

/**
 * One bot in the fleet: the same row on the page, in an action's answer and in a push. `line`: its gain over time,
 * evenly spaced, oldest first. `act`: somebody must do something about it, whatever its state.
 */
export function botRow(bot: BotView, now: number, line: readonly number[] = [], act = false): Html {
  const { position, pricePrecision, name } = bot;
  const digits = amountDigits(bot.quote);
  const total = sum(bot.realizedPnl, position.unrealizedPnl ?? '0');
  return html`
    <tr
      id="bot-${bot.id}"
      data-facets="${facets(bot, act)}"
      data-state="${stateOf(bot).kind}"
      data-symbol="${bot.symbol}"
      data-signal="${bot.signal}"
      data-plan="${bot.plan}"
      data-tag="${bot.tags.join('\n')}"
    >
      <td class="c-pick">
        <input
          type="checkbox"
          name="${PICK}${bot.id}"
          form="bulk"
          aria-label="Select ${name}"
          autocomplete="off"
        />
      </td>
      <th scope="row" class="c-bot">
        <a href="/bots/${encodeURIComponent(bot.id)}" title="${name}">${liveMark(bot)}${name}</a
        ><small>${strategyOf(bot)}</small>
      </th>
      <td class="c-market">
        ${bot.symbol === '' ? absent : bot.symbol}<small
          >${bot.interval}${bot.venue === 'binance-testnet' ? html` · testnet` : NOTHING}${bot.dryRun ? ' · dry run' : NOTHING}</small
        >
      </td>
      <td class="c-state">${stateMark(bot)}</td>
      <td class="c-position r">${held(bot)}</td>
      <td class="c-price r">${price(bot.price, pricePrecision)}</td>
      <td class="c-open r">${isHolding(bot) ? pnl(position.unrealizedPnl, digits) : absent}</td>
      <td class="c-realized r">${bot.booksUnread ? absent : pnl(bot.realizedPnl, digits)}</td>
      <td class="c-total r">${bot.booksUnread ? absent : pnl(total, digits)}</td>
      <td class="c-equity r">${bot.booksUnread ? absent : money(bot.equity, digits)}</td>
      <td class="c-trend">${trendLine(line, `Gain of ${name} over time`)}</td>
      <td class="c-win r">${won(bot)}</td>
      <td class="c-fills r">${count(bot.tradeCount)}</td>
      <td class="c-why">${why(bot)}</td>
      <td class="c-next r">${nextKline(bot)}<small>${ago(bot.lastActivity, now)}</small></td>
      <td class="c-errors r">${count(bot.errors.length)}</td>
      <td class="c-restarts r">${bot.process === null ? absent : count(bot.process.restarts)}</td>
      <td class="c-memory r">
        ${bot.process === null ? absent : count(Math.round(bot.process.memoryBytes / 1_048_576))}
      </td>
      <td class="c-act">${pauseOrResume(bot, 'row')}${startOrStop(bot, 'row')}</td>
    </tr>
  `;
}

/** The row after an action, and what came of it in place of why: said also where the row has been pushed meanwhile. */
export function actedRow(row: Html, { id }: BotView, note: Note | undefined): Html {
  if (note === undefined) return row;
  const said = html`<span class="why ${note.kind}" role="status" title="${note.text}">${note.text}</span>`;
  return html`${row}${partial(`#bot-${id} .c-why`, 'innerHTML', said)}`;
}

const count = (number: number): Html => html`<span class="num">${fixed(String(number), 0)}</span>`;

/** What it holds, at which price; a rest too small to sell is called so. */
function held(bot: BotView): Html {
  const { quantity, averagePrice } = bot.position;
  if (hasDust(bot))
    return html`<span class="muted">${money(quantity, 8)}</span
      ><small title="Too small to be sold; it joins the next exit.">dust</small>`;
  if (!isHolding(bot)) return absent;
  return html`${money(quantity, bot.quantityPrecision)}<small
      >at ${money(averagePrice, bot.pricePrecision)}</small
    >`;
}

/** Share of what has ended with a profit: cycles, or the batches of a first long one. */
function won({ past }: BotView): Html {
  const { cycles, batches } = past?.figures ?? {};
  const figures = cycles !== undefined && cycles.count > 0 ? cycles : batches;
  if (figures === undefined || figures.winRatePercent === null) return absent;
  const { winRatePercent, count: all, won: profits } = figures;
  return html`<span class="num">${Math.round(winRatePercent)} %</span><small>${profits} of ${all}</small>`;
}

/** Words before jargon: what is wrong, else what it waits for, else what it decided last and why. */
function why(bot: BotView): Html {
  const [first] = bot.errors;
  const problem = first === undefined ? undefined : inFolder(first);
  if (problem !== undefined) return html`<span class="why problem" title="${problem}">${problem}</span>`;
  const text = bot.waitingFor ?? bot.lastDecision?.reasoning;
  if (text === undefined)
    return html`<span class="why muted">${isOn(bot) ? 'no kline closed yet' : 'not started yet'}</span>`;
  return html`<span class="why" title="${text}">${text}</span>`;
}

/** Before the name, so that it is seen in dense rows and on a phone too, however long the name is. */
function liveMark({ venue }: BotView): Html {
  return venue === 'binance'
    ? html`<span class="venue live" title="Real money, on ${venue}.">LIVE</span> `
    : NOTHING;
}
