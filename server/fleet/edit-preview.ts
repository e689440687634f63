/** What an edit of a config would do, before it is done: which keys change, and which orders of what is held. */
import {
  foreseeConfig,
  type AppliesTo,
  type ConfigForesight,
  type MoveSketch,
} from '../../bot/files/config-foresight.js';
import { differencesOf, type ConfigDifference } from '../../bot/config/differences.js';
import { rounded } from '../../core/decimal.js';
import { grouped } from '../../bot/files/words.js';
import type { BotConfig } from '../../bot/config.js';
import { checkedEdit, type ConfigEdit } from './configs.js';

export interface EditPreview {
  readonly id: string;
  /** Old and new value of each key that changes. */
  readonly changes: readonly ConfigDifference[];
  /** The plan or the signal changes while something is held: from when on that counts is to be said. */
  readonly asks: boolean;
  /** From when on it counts by this edit, or else by what the file says. */
  readonly appliesTo: AppliesTo;
  /** Sentences: what happens to money and orders if it counts now, and if it counts from the next cycle on. */
  readonly now: readonly string[];
  readonly nextCycle: readonly string[];
  /** Whether what is held is parked or taken up again, or orders of it are cancelled or placed, at once. */
  readonly movesOrders: boolean;
  /** What is held loses a stop, or has it further away; also where that cannot be read. */
  readonly withdraws: boolean;
  /** It withdraws protection from real money: to save it is refused to who has not just given the password. */
  readonly asksPassword: boolean;
}

/** Errors: those of `changeConfig`. Nothing is written. */
export async function previewEdit(data: string, id: string, edit: ConfigEdit): Promise<EditPreview> {
  const { present, text, config } = await checkedEdit(data, id, edit);
  const [now, next] = await Promise.all(
    (['now', 'next-cycle'] as const).map((appliesTo) =>
      foreseeConfig(data, id, config, appliesTo).catch(() => undefined),
    ),
  );
  const changes = differencesOf(present, text);
  const appliesTo = config.appliesTo ?? 'next-cycle';
  // What is parked keeps its plan and signal in any case.
  const asks =
    now?.holds === true && now.move === null && changes.some(({ path }) => /^(?:plan|signal)\./.test(path));
  const chosen = appliesTo === 'now' ? now : next;
  return {
    id,
    changes,
    asks,
    appliesTo,
    now: [...words(now ?? null, changes, 'now'), ...askedWords(config, now)],
    nextCycle: [...words(next ?? null, changes, 'next-cycle'), ...askedWords(config, next)],
    movesOrders: chosen != null && (chosen.cancels.length + chosen.places.length > 0 || moves(chosen.move)),
    withdraws: withdraws(chosen),
    asksPassword: config.venue === 'binance' && withdraws(chosen),
  };
}

/** What cannot be read proves nothing: it may be held. Null: it has never run. */
const withdraws = (foresight: ConfigForesight | null | undefined): boolean =>
  foresight === undefined || (foresight?.withdraws ?? false);

const moves = (move: MoveSketch | null): boolean => move?.parks != null || move?.takesUp != null;

function askedWords({ venue }: BotConfig, foresight: ConfigForesight | null | undefined): string[] {
  if (venue !== 'binance' || !withdraws(foresight)) return [];
  return ['What is held, with real money, loses protection: saving it asks for your password.'];
}

function words(
  foresight: ConfigForesight | null,
  changes: readonly ConfigDifference[],
  appliesTo: AppliesTo,
): string[] {
  const touches = (section: string) => changes.some(({ path }) => path.startsWith(section));
  if (foresight === null) return ['It has never run: it counts from its first start on.'];
  const { holds, planDiffers, cash, cancels, places, move } = foresight;
  if (move !== null) return moveWords(move, cancels);
  const said: string[] = [];
  if (cash.before !== cash.after)
    said.push(`Its cash goes from ${money(cash.before)} to ${money(cash.after)}.`);
  if (holds && planDiffers && appliesTo === 'next-cycle')
    said.push('What it holds keeps the plan that it was bought on.');
  if (cancels.length > 0) said.push(`Cancelled: ${listed(cancels)}.`);
  if (places.length > 0) said.push(`Placed: ${listed(places)}.`);
  if (holds && cancels.length + places.length === 0) said.push('No order of what it holds changes.');
  if (touches('signal.'))
    said.push(
      holds && appliesTo === 'next-cycle'
        ? 'What it holds is led by the signal that it was bought on until it is sold.'
        : 'The changed signal decides from its next kline on.',
    );
  if (touches('interval'))
    said.push('The interval counts at once: the next close of the new interval is decided on.');
  return said;
}

function moveWords(
  { symbol, quote, otherAccount, parks, takesUp, protection, cash }: MoveSketch,
  cancels: ConfigForesight['cancels'],
): string[] {
  if (otherAccount) return [`It begins anew there, with its budget of ${money(cash)} ${quote}.`];
  const said: string[] = [];
  if (parks !== null) {
    const coins = `${grouped(parks.quantity)} ${parks.base} of ${parks.symbol}`;
    said.push(
      parks.dust
        ? `Parked: ${coins}, too little to be sold.`
        : `Parked: ${coins}; nothing more of it is bought. ${keptWords(protection)}`,
    );
  }
  if (cancels.length > 0) said.push(`Taken back: ${listed(cancels)}.`);
  if (takesUp !== null)
    said.push(
      `Taken up again where they are: ${grouped(takesUp.quantity)} ${takesUp.base} that are parked in ${symbol}.`,
    );
  said.push(`${symbol} is traded with ${money(cash)} ${quote}, at once.`);
  return said;
}

function keptWords(protection: MoveSketch['protection']): string {
  return protection.length === 0
    ? 'No order of it rests on the exchange now; what protects it is placed once it goes on.'
    : `On the exchange stays what protects it: ${listed(protection)}.`;
}

function listed(orders: ConfigForesight['cancels']): string {
  return orders.map(({ slot, words: what }) => `${slot} (${what})`).join(', ');
}

const money = (amount: string): string => grouped(rounded(amount, 2));
