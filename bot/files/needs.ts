import { ceilTo, dec, max, text, ZERO, type Decimal, type DecimalText } from '../../core/decimal.js';
import { parkedBooks, parkedCost } from '../../core/all-books.js';
import type { Instrument } from '../../core/rules.js';
import { claimOf } from '../../core/shortage.js';
import type { BotState } from '../../core/state.js';
import { planNamed } from '../../strategies/registry.js';
import { accountOf } from '../config/account.js';
import type { BotConfig } from '../config/schema.js';
import type { Wish } from './partition.js';

/** Of what exchanges count in; books may have more digits. */
const SMALLEST = dec('0.00000001');

type Market = Pick<Instrument, 'quote'> & Partial<Instrument>;

/**
 * What a bot needs to be set aside: its budget and what it made (or lost) of it, or what its plan may cost at worst where
 * that is more. One that follows its user needs its budget, which is all that its counter buys may cost together, and of
 * the account no more than the user's sales have brought in. `state`: null for a bot that never ran.
 */
export function wishOf(config: BotConfig, state: BotState | null, market: Market): Wish {
  const { id, venue, symbol, budget } = config;
  const asked = { id, venue, account: accountOf(config), symbol, asset: market.quote };
  if (planNamed(config.plan.name).follows !== undefined)
    return { ...asked, amount: budget, held: '0', wanted: state === null ? '0' : claimOf(state, 'quote') };
  const held = state === null ? ZERO : dec(state.books.cost).plus(parkedCost(state));
  const parked = state === null ? {} : parkedBySymbol(state);
  const money = max(moneyOf(config, state), held);
  const worst = dec(worstCost(config, text(money), market, state));
  const amount = ceilTo(max(money, worst), SMALLEST);
  const wish = { ...asked, amount: text(amount), held: text(held), wanted: text(amount.minus(held)) };
  return Object.keys(parked).length === 0 ? wish : { ...wish, parked };
}

/** What is bound in former symbols, at cost. */
export function parkedBySymbol(state: Pick<BotState, 'parked'>): Record<string, DecimalText> {
  const costs = parkedBooks(state).map(([symbol, { books }]) => [
    symbol,
    text(dec(books.cost).plus(books.cash)),
  ]);
  return Object.fromEntries(costs.filter(([, cost = '0']) => dec(cost).gt(0)));
}

/** A budget that was just edited is not in the books yet. */
function moneyOf({ budget }: BotConfig, state: BotState | null): Decimal {
  if (state === null) return dec(budget);
  const { books, settings } = state;
  return dec(books.cash).plus(books.cost).plus(parkedCost(state)).plus(budget).minus(settings.budget);
}

function worstCost(
  { plan }: BotConfig,
  budget: DecimalText,
  market: Market,
  state: BotState | null,
): DecimalText {
  if (market.tickSize === undefined) return '0';
  const instrument = market as Instrument;
  return planNamed(plan.name).worstCase(plan, { budget, instrument, price: state?.price ?? null }).cost;
}
