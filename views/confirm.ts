import type { BotView } from '../bot/files/view.js';
import { html, NOTHING, type Html } from './html.js';
import { layout } from './layout.js';
import type { ConfirmModel } from './model.js';
import { decimalsOf, fixed, signed } from './number.js';
import { tokenField } from './parts.js';
import { isHolding, isOn } from './state.js';

export type Verb = 'stop' | 'delete' | 'adopt' | 'ignore';

export interface Question {
  readonly verb: string;
  readonly title: string;
  /** What will happen, one sentence each. */
  readonly facts: readonly string[];
  /** Null: nothing can be done, and the facts say why. */
  readonly yes: string | null;
  readonly busy: string;
  readonly no: string;
  /** Names the difference that is shown. */
  readonly seen?: string;
  /** Nothing is at stake: the button does not warn. */
  readonly calm?: boolean;
  /** What else is sent, or asked. */
  readonly fields?: Html;
}

function holds({ position, base, quote, quantityPrecision, price, pricePrecision }: BotView): string {
  const worth = price === null ? '' : `, last price ${fixed(price, pricePrecision)}`;
  const open = position.unrealizedPnl === null ? '' : `, ${signed(position.unrealizedPnl, 2)} ${quote} open`;
  return `${fixed(position.quantity, quantityPrecision)} ${base}${worth}${open}`;
}

/** Entries are cancelled and protection is kept (design §5, "Stop and halt"); this says which orders those are. */
function ordersAfterStop(bot: BotView): string[] {
  const entries = bot.openOrders.filter(({ side }) => side === 'BUY').length;
  const exits = bot.openOrders.length - entries;
  const facts: string[] = [];
  if (entries > 0)
    facts.push(
      `${entries === 1 ? 'Its open buy order is' : `Its ${entries} open buy orders are`} cancelled.`,
    );
  if (exits > 0)
    facts.push(
      `${exits === 1 ? 'Its sell order stays' : `Its ${exits} sell orders stay`} on the exchange and may still fill.`,
    );
  if (isHolding(bot) && exits === 0)
    facts.push(
      'No sell order rests on the exchange, so nothing protects the position until you start the bot again.',
    );
  return facts;
}

function stopQuestion(bot: BotView): Question {
  const keeps = bot.booksUnread
    ? 'Nothing is sold. Its books cannot be read, so what it holds is not known here.'
    : isHolding(bot)
      ? `Nothing is sold. It keeps ${holds(bot)}.`
      : 'It holds nothing that can be sold.';
  return {
    verb: 'stop',
    title: `Stop ${bot.name}?`,
    facts: [
      keeps,
      ...ordersAfterStop(bot),
      'It decides nothing more until you start it again, and then goes on from here.',
    ],
    yes: 'Stop it',
    busy: 'Stopping…',
    no: 'Keep it running',
  };
}

function deleteQuestion(bot: BotView): Question {
  const keeps = bot.booksUnread
    ? 'Its books cannot be read. Whatever it holds, and its orders on the exchange, stay in the account, and no bot looks after them any more.'
    : isHolding(bot)
      ? `Nothing is sold: ${holds(bot)} stays in the account, and no bot looks after it any more.`
      : bot.parked === undefined
        ? 'It holds nothing that can be sold; the account stays as it is.'
        : `It holds nothing of ${bot.symbol} that can be sold.`;
  return {
    verb: 'delete',
    title: `Delete ${bot.name}?`,
    facts: [
      ...(isOn(bot) ? ['It is stopped first.'] : []),
      keeps,
      ...ordersAfterStop(bot).filter((fact) => !fact.startsWith('No sell order')),
      ...(bot.parked ?? []).map(parkedFact),
      'Its settings, journal, log and trades leave the fleet, and the tables for taxes.',
    ],
    yes: 'Delete it',
    busy: 'Deleting…',
    no: 'Keep it',
  };
}

/** What is left of a symbol that it traded before, when the bot is gone. */
function parkedFact({ symbol, base, position, openOrders }: NonNullable<BotView['parked']>[number]): string {
  const left = `Parked in ${symbol}: ${fixed(position.quantity, decimalsOf(position.quantity))} ${base} stay in the account`;
  if (openOrders.length === 0) return `${left}, and nothing of it rests on the exchange.`;
  const orders = openOrders.length === 1 ? 'its order stays' : `its ${openOrders.length} orders stay`;
  return `${left}; ${orders} on the exchange and may still fill.`;
}

function repairQuestion(bot: BotView, verb: 'adopt' | 'ignore'): Question {
  const { difference } = bot;
  const [title, yes, busy] =
    verb === 'adopt'
      ? [`Let ${bot.name} adopt what the account has?`, 'Adopt', 'Adopting…']
      : [`Let ${bot.name} ignore the difference?`, 'Ignore it', 'Ignoring…'];
  const facts =
    difference === null
      ? ['There is no difference any more: the account covers its books.']
      : [difference.message, difference[verb]];
  const seen = difference?.shortages.map(({ asset, missing }) => `${asset} ${missing}`).join(',') ?? '';
  return { verb, title, facts, yes, busy, no: 'Leave it', seen };
}

function questionOf(bot: BotView, verb: Verb): Question {
  if (verb === 'stop') return stopQuestion(bot);
  return verb === 'delete' ? deleteQuestion(bot) : repairQuestion(bot, verb);
}

function form(
  bot: BotView,
  question: Question,
  from: ConfirmModel['from'],
  token: string | undefined,
  no: Html,
): Html {
  const address = `/bots/${encodeURIComponent(bot.id)}/${question.verb}?from=${from}`;
  const target = from === 'row' ? `#bot-${bot.id}` : '#bot-header';
  return html`
    <h2 id="confirm-title">${question.title}</h2>
    <ul>
      ${question.facts.map((fact) => html`<li>${fact}</li>`)}
    </ul>
    <form
      method="post"
      action="${address}"
      hx-post="${address}"
      hx-target="${target}"
      hx-swap="outerMorph"
      data-closes
    >
      ${tokenField(token)}${question.seen === undefined ? NOTHING : html`<input type="hidden" name="seen" value="${question.seen}" />`}
      ${question.fields ?? NOTHING} ${yesButton(question)} ${no}
    </form>
  `;
}

function yesButton({ yes, busy, seen, calm = false }: Question): Html {
  if (yes === null) return NOTHING;
  return html`<button
    class="button ${seen === undefined && !calm ? 'danger' : 'primary'}"
    data-busy="${busy}"
  >
    ${yes}
  </button>`;
}

/** Any question about a bot as a dialog. Swapped into `#dialog`. */
export function questionDialog(
  bot: BotView,
  question: Question,
  from: ConfirmModel['from'],
  token?: string,
): Html {
  const no = html`<button type="button" class="button" data-close autofocus>${question.no}</button>`;
  return html`<dialog class="confirm" data-modal aria-labelledby="confirm-title">
    ${form(bot, question, from, token, no)}
  </dialog>`;
}

/** Asks before something that concerns money, and says exactly what will happen. Swapped into `#dialog`. */
export function confirmDialog(
  bot: BotView,
  verb: Verb,
  from: ConfirmModel['from'] = 'row',
  token?: string,
): Html {
  return questionDialog(bot, questionOf(bot, verb), from, token);
}

/** The same question as a page, for browsers without JavaScript. */
export function confirmPage(model: ConfirmModel, verb: Verb): Html {
  return questionPage(model, questionOf(model.bot, verb));
}

/** Any question about a bot as a page. */
export function questionPage(model: ConfirmModel, question: Question): Html {
  const { bot, from } = model;
  const back = from === 'row' ? '/' : `/bots/${encodeURIComponent(bot.id)}`;
  const no = html`<a class="button" href="${back}">${question.no}</a>`;
  return layout({
    title: question.title,
    active: 'none',
    now: model.now,
    health: model.health,
    user: model.user,
    body: html`<section class="confirm page">
      ${form(bot, question, from, model.token, no)}${NOTHING}
    </section>`,
  });
}
