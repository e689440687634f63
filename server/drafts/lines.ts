/** Where a draft would buy and sell at the price of now, in what order, and what its first trade costs. Pure. */
import type { BotConfig } from '../../bot/config.js';
import {
  ceilTo,
  dec,
  floorTo,
  percent,
  rounded,
  text,
  type Decimal,
  type DecimalText,
} from '../../core/decimal.js';
import type { PlanDefinition, PlanView } from '../../core/strategy.js';
import { planNamed } from '../../strategies/registry.js';
import type { DraftLine, DraftTrade } from '../../views/draft.js';
import { COMMISSION, firstEntry, holding, type Bought, type Stake } from './pretended.js';

/** The lines, highest price first, and the first trade; null where the plan enters by itself never. */
export function draftLines(
  config: Pick<BotConfig, 'plan'>,
  stake: Stake,
): { readonly lines: readonly DraftLine[]; readonly trade: DraftTrade | null } {
  const plan = planNamed(config.plan.name);
  if (plan.follows !== undefined) return { lines: sorted(followed(plan, config.plan, stake)), trade: null };
  const bought = firstEntry(plan, config.plan, stake);
  if (bought === null) return { lines: [], trade: null };
  const view = holding(plan, stake, bought);
  const entry = lineOf('entry', 'entry', bought.price, bought, text(bought.quantity));
  const told = [
    ...partsOf(plan, view, config.plan, bought),
    ...ordersOf(plan, view, config.plan, bought, stake),
    ...trailingOf(plan, view, config.plan, bought),
  ];
  const lines = sorted([entry, ...distinct(told)]);
  return { lines, trade: tradeOf(bought, lines) };
}

const sorted = (lines: readonly DraftLine[]): DraftLine[] =>
  [...lines].sort((a, b) => dec(b.price).cmp(dec(a.price)));

function lineOf(
  kind: DraftLine['kind'],
  name: string,
  price: Decimal,
  { price: from }: Pick<Bought, 'price'>,
  quantity: DecimalText | null,
): DraftLine {
  const away = price.div(from).minus(1).times(100);
  return { kind, name, price: text(price), percent: Number(rounded(away, 2)), quantity };
}

/** A ladder's steps and a martingale's levels, by their names. What the entry bought is the entry's own line. */
function partsOf(plan: PlanDefinition, view: PlanView, parameters: object, bought: Bought): DraftLine[] {
  const tick = dec(view.instrument.tickSize);
  return (plan.progress?.(view, parameters as never) ?? []).flatMap(({ steps, stop }) => [
    ...steps
      .filter(({ state }) => state !== 'done')
      .map(({ name, price, quantity, state }) => {
        const isAbove = dec(price).gt(bought.price);
        const at = isAbove ? ceilTo(dec(price), tick) : floorTo(dec(price), tick);
        const rolled = state === 'rolled' ? `${name}, sold with the next` : name;
        return lineOf(isAbove ? 'target' : 'level', rolled, at, bought, quantity);
      }),
    ...(stop === null ? [] : [lineOf('stop', 'stop loss', floorTo(dec(stop), tick), bought, null)]),
  ]);
}

/** What rests on the exchange then: targets go up to the tick, stops down. */
function ordersOf(
  plan: PlanDefinition,
  view: PlanView,
  parameters: object,
  bought: Bought,
  { instrument }: Stake,
): DraftLine[] {
  const tick = dec(instrument.tickSize);
  const target = (price: DecimalText, quantity: DecimalText): DraftLine =>
    lineOf('target', 'take profit', ceilTo(dec(price), tick), bought, quantity);
  const stop = (price: DecimalText, quantity: DecimalText): DraftLine =>
    lineOf('stop', 'stop loss', floorTo(dec(price), tick), bought, quantity);
  return plan.answer(view, parameters as never).orders.flatMap((order) => {
    if (order.type === 'oco')
      return [target(order.takeProfit, order.quantity), stop(order.stop, order.quantity)];
    if (order.type === 'stop') return [stop(order.stop, order.quantity)];
    if (order.type !== 'limit' || order.side !== 'SELL') return [];
    return [target(order.price, order.quantity)];
  });
}

/** The trailing stop as it stands right after the entry: the plan tells it when it is asked at a price below all others. */
function trailingOf(plan: PlanDefinition, view: PlanView, parameters: object, bought: Bought): DraftLine[] {
  const tick = dec(view.instrument.tickSize);
  const { exit, leave = [] } = plan.answer({ ...view, price: text(tick) }, parameters as never);
  const reasons = [...(exit === undefined ? [] : [exit]), ...leave.map(({ reason }) => reason)];
  return reasons
    .filter(({ code }) => code === 'trailing-stop')
    .map(({ values }) =>
      lineOf('stop', 'trailing stop', floorTo(dec(String(values['stop'])), tick), bought, null),
    );
}

/** One line for each price and kind: what has a name of its own comes first. */
function distinct(lines: readonly DraftLine[]): DraftLine[] {
  const known = new Map<string, DraftLine>();
  for (const line of lines) {
    const key = `${line.kind} ${line.price}`;
    if (!known.has(key)) known.set(key, line);
  }
  return [...known.values()];
}

function followed(plan: PlanDefinition, parameters: object, { price, instrument }: Stake): DraftLine[] {
  const terms = plan.follows?.(parameters as never);
  const from = { price: dec(price) };
  const tick = dec(instrument.tickSize);
  const away = (share: number): Decimal => from.price.times(percent(share).plus(1));
  const { sellAbovePercent: above = null, buyBelowPercent: below = null } = terms ?? {};
  return [
    lineOf('entry', 'your own trade', from.price, from, null),
    ...(above === null
      ? []
      : [lineOf('target', 'sells what you bought', ceilTo(away(above), tick), from, null)]),
    ...(below === null
      ? []
      : [lineOf('level', 'buys back what you sold', floorTo(away(-below), tick), from, null)]),
  ];
}

/** Commissions of the first entry, and of its exit at the nearest target. */
function tradeOf({ quantity, price }: Bought, lines: readonly DraftLine[]): DraftTrade {
  const spent = quantity.times(price);
  const nearest = lines.filter(({ kind }) => kind === 'target').at(-1);
  const exit = nearest === undefined ? spent : quantity.times(nearest.price);
  return {
    quantity: text(quantity),
    spent: text(spent),
    entryFee: text(spent.times(COMMISSION)),
    exitFee: text(exit.times(COMMISSION)),
    commissionPercent: Number(text(COMMISSION.times(100))),
  };
}
