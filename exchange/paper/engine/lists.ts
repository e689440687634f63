import type { Decimal } from '../../../core/decimal.js';
import { isConditional, wouldTrigger } from './matching.js';
import { missing, parseOrder, type Draft } from './orders.js';
import { PaperError, type NewOco, type SymbolInfo } from './types.js';

export interface OcoDraft {
  /** In the order of their ids: the stop first, so that it comes first where both legs are as near. */
  readonly legs: readonly [Draft, Draft];
  readonly quantity: Decimal;
  readonly listClientOrderId: string | null;
}

/** Checks types and parameters of a one-cancels-the-other list in the modern form. Errors: as `parseOrder`, -2010. */
export function parseOco(info: SymbolInfo, list: NewOco): OcoDraft {
  if (!info.ocoAllowed) throw new PaperError(-1013, 'OCO orders are not supported for this symbol.');
  const above = parseLeg(info, list, 'above');
  const below = parseLeg(info, list, 'below');
  const [stop, target] = list.side === 'SELL' ? [below, above] : [above, below];
  if (!stop.type.startsWith('STOP_LOSS') || !isTarget(target))
    throw new PaperError(-2010, 'Unsupported order combination');
  if (stop.clientOrderId !== null && stop.clientOrderId === target.clientOrderId)
    throw new PaperError(-2010, 'Duplicate order sent.');
  return {
    legs: [stop, target],
    quantity: stop.quantity!,
    listClientOrderId: list.listClientOrderId ? list.listClientOrderId : null,
  };
}

function parseLeg(info: SymbolInfo, list: NewOco, place: 'above' | 'below'): Draft {
  const leg = list[place] as NewOco['above'] | undefined;
  if (!leg?.type) throw missing(`${place}Type`);
  const { clientOrderId, ...parameters } = leg;
  return parseOrder(
    info,
    { ...parameters, side: list.side, quantity: list.quantity },
    clientOrderId,
    (name) => (name === 'quantity' ? name : `${place}${name[0]!.toUpperCase()}${name.slice(1)}`),
  );
}

function isTarget(leg: Draft): boolean {
  return leg.type === 'LIMIT_MAKER' || leg.type.startsWith('TAKE_PROFIT');
}

/** Both legs must have the market between them. Errors: -2010. */
export function checkRelation(draft: OcoDraft, price: Decimal): void {
  for (const leg of draft.legs) {
    const reached = isConditional(leg.type)
      ? wouldTrigger(leg.side, leg.type, leg.stopPrice, price)
      : leg.side === 'SELL'
        ? leg.price.lte(price)
        : leg.price.gte(price);
    if (reached) throw new PaperError(-2010, 'The relationship of the prices for the orders is not correct.');
  }
}

/** Stops that wait count as algo orders until they are triggered. */
export function algoLegs(draft: OcoDraft): number {
  return draft.legs.filter((leg) => isConditional(leg.type)).length;
}
