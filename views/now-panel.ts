import { amountDigits } from './amount-digits.js';
import type { CapView } from '../bot/files/caps-view.js';
import type { BotView } from '../bot/files/view.js';
import { html, NOTHING, type Html } from './html.js';
import { icon } from './icons.js';
import { nextKline } from './next-kline.js';
import { isZero, megabytes, readable, sum } from './number.js';
import { absent, ago, explained, moment, feeDigits, money, pnl } from './parts.js';
import { isApart, MARKET_TIME } from './clocks.js';
import { hasDust, isHolding, isOn, needsEdit } from './state.js';
import { duration } from './time.js';

/** What is true now: what it waits for, what it holds, what protects it, its money and its process. Target `#now`. */
export function nowPanel(bot: BotView, now: number): Html {
  return html`
    <aside id="now" class="now" aria-label="Now">
      ${waiting(bot, now)} ${holding(bot)} ${moneyOf(bot)} ${processOf(bot, now)}
    </aside>
  `;
}

const row = (label: Html | string, value: Html): Html =>
  html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;

function waiting(bot: BotView, now: number): Html {
  const [heading, text] = whatNext(bot);
  return html`
    <section class="waiting">
      <h2>${heading}</h2>
      <p class="reason">${readable(text)}</p>
      ${bot.lastActivity === null ? NOTHING : html`<p class="muted">last sign of life ${ago(bot.lastActivity, now)}</p>`}
    </section>
  `;
}

function whatNext(bot: BotView): readonly [heading: string, text: string] {
  if (bot.symbol === '' || needsEdit(bot)) return ['needs you', 'Put its settings right; then it can start.'];
  if (bot.booksUnread) return ['needs you', 'Its books cannot be read: what it holds is not known here.'];
  if (bot.waitingFor !== null) return ['waiting for', bot.waitingFor];
  if (bot.lastDecision !== null) return ['last decision', bot.lastDecision.reasoning];
  return isOn(bot)
    ? ['waiting for', 'the first kline to close']
    : ['not started yet', 'Press Start: it begins with the next kline that closes.'];
}

function holding(bot: BotView): Html {
  if (!isHolding(bot)) return holdingNothing(bot);
  const { quantity, averagePrice, cost, unrealizedPnl } = bot.position;
  return html`
    <section>
      <h2>position</h2>
      <dl>
        ${row('holding', html`${money(quantity, bot.quantityPrecision)} <i class="unit">${bot.base}</i>`)}
        ${row('average price', money(averagePrice, bot.pricePrecision))}
        ${row('price', money(bot.price, bot.pricePrecision))} ${row('open PnL', pnl(unrealizedPnl, 2, cost))}
        ${protection(bot)}
      </dl>
    </section>
  `;
}

function holdingNothing(bot: BotView): Html {
  const what = bot.booksUnread
    ? notKnown
    : hasDust(bot)
      ? html`${money(bot.position.quantity, 8)}
          <i class="unit">${bot.base}</i>
          ${explained('dust', 'Too small to be sold; it joins the next exit.')}`
      : html`<span class="muted">nothing</span>`;
  return html`<section>
    <h2>position</h2>
    <dl>${row('holding', what)}${row('price', money(bot.price, bot.pricePrecision))}</dl>
  </section>`;
}

function protection({ nextExits, pricePrecision }: BotView): Html {
  const { target, stop } = nextExits ?? { target: null, stop: null };
  const onExchange = html` <span class="muted">on exchange</span>`;
  const watched = html` <span
    class="muted"
    title="There is no room for it on the exchange: the bot watches it itself, and nothing does while it is down."
    >watched</span
  >`;
  const none = html`<span
    class="muted"
    title="No such order rests on the exchange; if the plan has one, the bot watches it itself."
    >none on exchange</span
  >`;
  return html`${row(
    explained('target', 'Where it takes its profit next'),
    target === null ? none : html`${money(target, pricePrecision)}${onExchange}`,
  )}${row(
    explained('stop', 'Where it limits its loss next'),
    stop === null ? none : html`${money(stop.price, pricePrecision)}${stop.rests ? onExchange : watched}`,
  )}`;
}

/** In place of a figure that would be made up. */
const notKnown = html`<span class="muted">not known</span>`;

function moneyOf(bot: BotView): Html {
  if (bot.booksUnread)
    return html`<section>
      <h2>money <i class="unit">${bot.quote}</i></h2>
      <dl>${row('budget', money(bot.budget, amountDigits(bot.quote)))}${row('cash and equity', notKnown)}</dl>
    </section>`;
  const total = sum(bot.realizedPnl, bot.position.unrealizedPnl ?? '0');
  const digits = amountDigits(bot.quote);
  const fees = Object.entries(bot.fees).filter(([, amount]) => !isZero(amount));
  return html`
    <section>
      <h2>money <i class="unit">${bot.quote}</i></h2>
      <dl>
        ${row('budget', money(bot.budget, digits))} ${(bot.caps ?? []).map(cap)} ${setAside(bot)}
        ${row(explained('cash', 'Budget − bought + sold − commissions'), money(bot.cash, digits))}
        ${row(explained('equity', 'Cash and what the position is worth at the last price'), html`<b>${money(bot.equity, digits)}</b>`)}
        ${row('realized PnL', pnl(bot.realizedPnl, digits))}
        ${row('total PnL', pnl(total, digits, bot.budget))}
        ${row('commissions', fees.length === 0 ? absent : html`${fees.map(([asset, amount]) => html`<span class="fee">${money(amount, asset === bot.quote ? digits : feeDigits(amount))} <i class="unit">${asset}</i></span>`)}`)}
      </dl>
    </section>
  `;
}

const CAPS = {
  budget: ['in use', 'What is invested, at cost, and in open entries, of the budget and what it made of it'],
  'daily-loss': ['loss today', 'Realized and unrealized, of the equity at the beginning of the UTC day'],
  drawdown: ['drawdown', 'How far its equity is below its highest'],
  'orders-per-hour': ['entries/hour', 'Entry orders sent in the last hour; exits do not count'],
} as const;

/** A cap as used of limit; a reached one says what it means. */
function cap({ name, used, limit, unit, reached, words }: CapView): Html {
  const [title, help] = CAPS[name];
  const decimals = name === 'orders-per-hour' ? 0 : 2;
  const what = name === 'budget' ? NOTHING : html` <i class="unit">${unit === 'entries' ? '' : unit}</i>`;
  const amount = html`${money(used, decimals)}
    <span class="muted">of</span> ${money(limit, decimals)}${what}`;
  if (!reached) return row(explained(title, help), amount);
  return row(
    explained(title, help),
    html`${amount}
      <span class="mark bad" title="${`It ${words ?? 'does not buy'}.`}">${icon('needs-you')}reached</span>`,
  );
}

function setAside({ reservation, actual, phase, quote }: BotView): Html {
  if (reservation == null) return NOTHING;
  const label = explained(
    'set aside',
    'What is reserved for it on its account: it never has more in the market',
  );
  // A stop gives back what nothing is held of.
  const given = actual === 'stopped' && phase === 'flat' ? null : reservation.amount;
  const amount =
    given === null ? html`<span class="muted">nothing</span>` : money(given, amountDigits(quote));
  const { denied, buys = true } = reservation;
  if (denied === null) return row(label, amount);
  const word = buys ? 'limited' : given === null ? 'denied' : 'for what it holds';
  return row(
    label,
    html`${amount} <span class="mark bad" title="${denied}">${icon('needs-you')}${word}</span>`,
  );
}

function booksMark({ difference, reconciled }: BotView): Html {
  if (difference !== null)
    return difference.ignored
      ? html`<span class="muted" title="${difference.message}">differ, ignored</span>`
      : html`<span class="mark bad" title="${difference.message}">${icon('needs-you')}differ</span>`;
  return reconciled
    ? html`<span class="mark ok">${icon('check')}agree</span>`
    : html`<span class="muted">not compared yet</span>`;
}

function processOf(bot: BotView, now: number): Html {
  const { process } = bot;
  const books = booksMark(bot);
  return html`
    <section>
      <h2>process</h2>
      <dl>
        ${row(explained('books', 'Whether its books agree with the exchange to the last digit'), books)}
        ${process === null ? row('process', html`<span class="muted">none</span>`) : html`${row('up', html`<span class="num">${duration(process.uptimeMs)}</span>`)}${row('memory', html`<span class="num">${megabytes(process.memoryBytes)}</span>`)}${row('restarts', html`<span class="num">${process.restarts}</span>`)}`}
        ${lastKline(bot, now)}${isOn(bot) ? row('next kline', html`<span class="num">${nextKline(bot)}</span>`) : NOTHING}
      </dl>
    </section>
  `;
}

/** By the market's clock where that is not the wall's: an age between two clocks would say nothing. */
function lastKline(bot: BotView, now: number): Html {
  const { lastKline: time } = bot;
  if (time === null) return row('last kline', absent);
  if (!isApart(bot)) return row('last kline', html`${ago(time, now)}`);
  return row('last kline', html`${moment(time)} <small class="aside">${MARKET_TIME}</small>`);
}
