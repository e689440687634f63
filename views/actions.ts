/** The buttons that start, stop and delete. Each works as a plain form post too (`formaction`), or as a link. */
import type { BotView } from '../bot/files/view.js';
import { html, NOTHING, type Html } from './html.js';
import { hasMoneyAtStake, isHolding, isOn, needsEdit } from './state.js';

export type From = 'row' | 'page';

/** The element whose place the answer takes, seen from a button in it. */
const PLACE: Readonly<Record<From, string>> = { row: 'closest tr', page: '#bot-header' };

function post(bot: BotView, verb: string, from: From, text: string, busy: string, look = ''): Html {
  const address = `/bots/${encodeURIComponent(bot.id)}/${verb}?from=${from}`;
  return html`<button
    class="button ${look}"
    formaction="${address}"
    hx-post="${address}"
    hx-target="${PLACE[from]}"
    hx-swap="outerMorph"
    hx-disable="this"
    data-busy="${busy}"
    aria-label="${text} ${bot.id}"
  >
    ${text}
  </button>`;
}

/** A link that opens a dialog where there is JavaScript and a page where there is none. */
function ask(bot: BotView, verb: string, from: From, text: string, look = ''): Html {
  const address = `/bots/${encodeURIComponent(bot.id)}/${verb}?from=${from}`;
  return html`<a
    class="button ${look}"
    href="${address}"
    hx-get="${address}"
    hx-target="#dialog"
    aria-haspopup="dialog"
    aria-label="${text} ${bot.id}"
    >${text}</a
  >`;
}

function edit(bot: BotView, from: From): Html {
  const look = from === 'page' ? 'primary' : '';
  return html`<a
    class="button ${look}"
    href="/bots/${encodeURIComponent(bot.id)}#config"
    aria-label="Edit the settings of ${bot.id}"
    >Edit</a
  >`;
}

/** Start or stop, whichever the bot is not doing, or the way to what keeps it from starting; stopping asks first where money is at stake. */
export function startOrStop(bot: BotView, from: From): Html {
  if (needsEdit(bot)) return edit(bot, from);
  if (!isOn(bot) && bot.venue === 'binance')
    return ask(bot, 'start', from, 'Start…', from === 'page' ? 'primary' : '');
  if (!isOn(bot)) return post(bot, 'start', from, 'Start', 'Starting…', from === 'page' ? 'primary' : '');
  return hasMoneyAtStake(bot) ? ask(bot, 'stop', from, 'Stop') : post(bot, 'stop', from, 'Stop', 'Stopping…');
}

/** Entries on or off; only a bot that should run is told so. */
export function pauseOrResume(bot: BotView, from: From): Html {
  if (!isOn(bot)) return bot.paused ? post(bot, 'resume', from, 'Resume', 'Resuming…') : NOTHING;
  return bot.paused
    ? post(bot, 'resume', from, 'Resume', 'Resuming…', from === 'page' ? 'primary' : '')
    : post(bot, 'pause', from, 'Pause', 'Pausing…');
}

/** What can be done about a difference between books and account. */
export function repairActions(bot: BotView): Html {
  const { difference } = bot;
  if (difference === null) return NOTHING;
  return html`${ask(bot, 'adopt', 'page', 'Adopt…')}${difference.ignored ? NOTHING : ask(bot, 'ignore', 'page', 'Ignore…')}`;
}

/** Trading by hand; each says first, in numbers, what it will do. */
function tradeActions(bot: BotView): Html {
  const holds = isHolding(bot);
  return html`${isOn(bot) && bot.actual === 'online' ? ask(bot, 'buy', 'page', 'Buy…') : NOTHING}${holds ? ask(bot, 'sell', 'page', 'Sell…') : NOTHING}${isOn(bot) || hasMoneyAtStake(bot) ? ask(bot, 'flatten', 'page', 'Flatten…') : NOTHING}`;
}

/** The way to cancel one order, or to sell one batch: an order's id and a batch's number say which, `name` what it is called. */
export function askAbout(
  bot: BotView,
  verb: 'cancel' | 'sell',
  which: string,
  text: string,
  name: string,
): Html {
  const address = `/bots/${encodeURIComponent(bot.id)}/${verb}?from=page&${which}`;
  return html`<a
    class="small-action"
    href="${address}"
    hx-get="${address}"
    hx-target="#dialog"
    aria-haspopup="dialog"
    aria-label="${text} ${name}"
    >${text}</a
  >`;
}

/** What its settings would have done: the form of a backtest with them filled in. */
function backtestLink({ id }: BotView): Html {
  return html`<a
    class="button quiet"
    href="/bots/${encodeURIComponent(id)}/backtest"
    title="Test these settings on klines of the past"
    >Backtest</a
  >`;
}

/** All actions of the bot's own page. */
export function pageActions(bot: BotView): Html {
  return html`${tradeActions(bot)}${pauseOrResume(bot, 'page')}${isOn(bot) ? post(bot, 'restart', 'page', 'Restart', 'Restarting…') : NOTHING}${startOrStop(bot, 'page')}${bot.symbol === '' ? NOTHING : html`${backtestLink(bot)}${ask(bot, 'clone', 'page', 'Clone…', 'quiet')}`}<a
      class="button quiet"
      href="/bots/${bot.id}/access"
      title="Who may see it"
      >Access</a
    >${ask(bot, 'delete', 'page', 'Delete', 'quiet')}`;
}
