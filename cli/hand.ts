import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { grouped } from '../bot/files/words.js';
import { dec, floorTo, rounded, text } from '../core/decimal.js';
import { breachOf, limitsOf, type Instrument } from '../core/rules.js';
import { exchangeFor } from '../exchange/connect.js';
import { ExchangeError, type Exchange, type OrderReport } from '../exchange/port.js';
import { FlotillaError } from '../server/fleet/errors.js';
import { AuditLog } from '../server/audit/log.js';
import { recorded } from '../server/audit/recorded.js';
import { symbolUnknown } from '../server/fleet/symbol-unknown.js';
import { define, type Context } from './command.js';
import { refuseWithoutPaper } from './unreached.js';

/**
 * `flotilla hand buy|sell SYMBOL QUANTITY`: an order of one's own on the practice account, as one would place it at a real
 * exchange in its app. Bots see it as done by hand, and those with the plan `follow` answer it.
 */
export function handCommands(program: Command): void {
  const hand = program
    .command('hand')
    .description('trades of your own on the practice account, which the plan "follow" answers');
  for (const side of ['buy', 'sell'] as const)
    define(
      hand
        .command(`${side} <symbol> <quantity>`)
        .description(
          side === 'buy'
            ? 'buys so much of the coin at market'
            : 'sells so much of the coin at market; what bots hold is on the same account',
        ),
      ({ data, output }, _options, [given = '', quantity = '']) => {
        const symbol = given.toUpperCase();
        const work = () => trade({ data, output }, side, symbol, amount(quantity));
        return recorded(new AuditLog(data), `hand.${side}`, null, work, { symbol, quantity });
      },
    );
}

function amount(given: string): string {
  if (/^\d{1,15}(\.\d{1,8})?$/.test(given) && dec(given).gt(0)) return given;
  throw new FlotillaError('USAGE', `The quantity "${given}" must be a plain decimal number above 0.`);
}

async function trade(
  { data, output }: Pick<Context, 'data' | 'output'>,
  side: 'buy' | 'sell',
  symbol: string,
  quantity: string,
): Promise<void> {
  await refuseWithoutPaper(data);
  const exchange = await exchangeFor({ venue: 'paper' }, data);
  try {
    await exchange.connect();
    const instrument = await instrumentOf(data, exchange, symbol);
    refuseUnfit(instrument, quantity, await exchange.price(symbol));
    const order = await placed(exchange, instrument, side, quantity);
    output.result(order, words(order, instrument));
  } finally {
    await exchange.close();
  }
}

async function instrumentOf(data: string, exchange: Exchange, symbol: string): Promise<Instrument> {
  const all = await exchange.instruments();
  const found = all.find((each) => each.symbol === symbol);
  if (found !== undefined) return found;
  const known = all.map((each) => each.symbol);
  throw symbolUnknown(data, 'paper', symbol, known);
}

/** In words, what the exchange would refuse by the name of a filter. */
function refuseUnfit(instrument: Instrument, quantity: string, price: string): void {
  const { symbol, base, quote } = instrument;
  const { stepSize } = limitsOf(instrument);
  const amount = dec(quantity);
  if (!floorTo(amount, stepSize).eq(amount))
    throw new FlotillaError(
      'USAGE',
      `${symbol} is traded in steps of ${text(stepSize)} ${base}; the quantity is ${quantity}.`,
    );
  const breach = breachOf(instrument, { quantity: amount, price: dec(price), market: true });
  if (breach === null) return;
  const unit = breach.rule === 'quantity' ? base : quote;
  throw new FlotillaError(
    'USAGE',
    `An order on ${symbol} must be at least ${breach.minimum} ${unit}; this one is ${breach.value} ${unit}.`,
  );
}

async function placed(
  exchange: Exchange,
  { symbol, base, quote }: Instrument,
  side: 'buy' | 'sell',
  quantity: string,
): Promise<OrderReport> {
  // No bot's order is called so: it is known as one by hand.
  const clientOrderId = `hand-${randomUUID().slice(0, 13)}`;
  const order = { symbol, clientOrderId, type: 'MARKET', quantity } as const;
  const terms = { ...order, side: side === 'buy' ? 'BUY' : 'SELL' } as const;
  try {
    const { reports } = await exchange.place(terms, { timestamp: exchange.now() });
    const [report] = reports;
    return report ?? (await exchange.order(symbol, clientOrderId))!;
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    const lacks = `The practice account has not enough free ${side === 'buy' ? quote : base} for that.`;
    throw new FlotillaError('COMMAND_REFUSED', error.kind === 'funds' ? lacks : error.message);
  }
}

function words({ side, status, executed, executedQuote }: OrderReport, instrument: Instrument): string {
  const { base, quote } = instrument;
  if (dec(executed).eq(0)) return `The order is ${status}, and nothing of it is filled.`;
  const decimals = instrument.tickSize.split('.')[1]?.replace(/0+$/, '').length ?? 0;
  const price = grouped(rounded(dec(executedQuote).div(executed), decimals));
  const did = side === 'BUY' ? 'Bought' : 'Sold';
  return `${did} ${executed} ${base} at ${price} for ${grouped(rounded(executedQuote, 2))} ${quote}, by hand. Bots with the plan follow on ${instrument.symbol} answer it.`;
}
