/** A difference between books and account in words and numbers, and what each repair of it would do. */
import { dec, rounded, text } from '../../core/decimal.js';
import { takeOut } from '../../core/position.js';
import type { Divergence, Shortage } from '../../core/shortage.js';
import { shortIn } from '../../core/shortage.js';
import type { BotState } from '../../core/state.js';
import { grouped } from './words.js';

export interface DifferenceView extends Divergence {
  /** What the books say, what the account has, what is missing, since when. */
  readonly message: string;
  /** What each repair does, before it is done. */
  readonly adopt: string;
  readonly ignore: string;
}

export function differenceView(state: BotState): DifferenceView | null {
  const { divergence } = state;
  if (divergence === null) return null;
  return {
    ...divergence,
    message: `${divergence.shortages.map(shortageWords).join(' ')} First seen ${clock(divergence.since)}.${byHand(state)}`,
    adopt: adoptWords(state),
    ignore: ignoreWords(divergence),
  };
}

function shortageWords({ asset, booked, others, held, missing }: Shortage): string {
  const rest = dec(others).gt(0) ? ` and those of the other bots ${amount(others)}` : '';
  return `The books of this bot say ${amount(booked)} ${asset}${rest}, the account has ${amount(held)}: ${amount(missing)} ${asset} are missing.`;
}

/** The likeliest cause, where it was seen. */
function byHand({ manual, settings, divergence }: BotState): string {
  const { base } = settings.instrument;
  const missingBase = divergence?.shortages.some(({ asset }) => asset === base) === true;
  return missingBase && dec(manual.sold).gt(0)
    ? ` By hand ${amount(manual.sold)} ${base} were sold and ${amount(manual.bought)} bought since the bot began.`
    : '';
}

function adoptWords(state: BotState): string {
  const { base, quote } = state.settings.instrument;
  const [quantity, cash] = [shortIn(state, 'base'), shortIn(state, 'quote')];
  const { books, cost } = takeOut(state.books, quantity, cash);
  const parts: string[] = [];
  if (quantity.gt(0))
    parts.push(
      `The books give up ${amount(text(quantity))} ${base} with what they cost, ${money(cost)} ${quote}, and hold ${amount(books.quantity)} ${base} then.`,
    );
  if (cash.gt(0)) parts.push(`The cash goes down by ${money(text(cash))} to ${money(books.cash)} ${quote}.`);
  const less = money(text(dec(cost).plus(cash)));
  parts.push(`No profit or loss is booked; the bot works with ${less} ${quote} less from then on.`);
  return parts.join(' ');
}

function ignoreWords({ shortages }: Divergence): string {
  const missing = shortages.map(({ asset, missing }) => `${amount(missing)} ${asset}`).join(' and ');
  return `The books stay as they are. The bot buys again, sells only what the account has, and does not speak of the missing ${missing} until more is missing.`;
}

const amount = (value: string): string => grouped(text(dec(value)));
const money = (value: string): string => grouped(rounded(value, 2));

function clock(wall: number): string {
  return `${new Date(wall).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
