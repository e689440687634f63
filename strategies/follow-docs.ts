/** The page of the plan `follow`: its numbers come from the functions that trade. */
import { ceilTo, dec, floorTo, percent, rounded, text } from '../core/decimal.js';
import { counterPrice } from '../core/follow-group.js';
import type { Instrument } from '../core/rules.js';
import { lotQuantity } from '../core/rules.js';

export const followRules: readonly string[] = [
  'Your own trades are those of orders without an id of Flotilla: placed at the exchange, in its app, or by another program with the same account; on paper with `flotilla hand buy|sell SYMBOL QUANTITY`. Fills of any bot, this one or another, set nothing off: there are no loops.',
  'Each of your fills is taken in once. It is known by its trade id, which is in the journal before anything is sent: over restarts, kills, lost connections and repeated reports it sets off one answer, never two.',
  'Fills group by your order. As soon as a group is large enough for an order (the minimum notional), one counter order rests: at the average price of the group, `sellAbovePercent` above what you paid (up to the tick) or `buyBelowPercent` below what you got (down to it). As long as nobody has met it, more fills of your order make it grow; once it was met, they are a group of their own.',
  'A group that is too small when its order has ended is carried on: it joins the next group of its side, and counts in its average price. Coins below the lot size, as commissions leave them, join the next sale without moving its price.',
  'What you buy is taken into the books with its cost; the counter sale turns it into profit. What you sell is taken in as cash, which the counter buy spends; the coins that it buys back are yours, and the bot holds nothing of them. So cash is always the budget and what was made or lost, and beside it the cash of your sales that still waits.',
  'The budget is what counter buys may cost together. What your sale brought in beyond it is left to you, and said in the log.',
  'A commission in coins leaves a thousandth not bought back: the cash for it is yours, and no profit is counted on it.',
  'Who cancels a counter order at the exchange, or by command, takes that trade back: it is not placed again, and the coins or the cash are yours alone. (One that expires at the exchange is placed again.) A pause, a stop or a halt takes counter buys back and leaves counter sales; they rest again when it is over.',
  'Coins that you bought and then sell otherwise leave the books as you sell them, if their counter sale does not rest; that sale is answered as any other. What is missing without a sale of yours is a difference, as for every bot.',
  '`flotilla bot sell` sells at market what was taken in and not sold yet. `buy` is refused: you buy, and the bot follows.',
  'One bot follows per account and symbol: a second one is refused at its start. A dry run says what it would do, takes nothing in and sends nothing.',
  'MA7, the average of the last seven closes of a minute, is shown and logged each minute as going up, down or flat. It decides nothing.',
  'The signal must be `manual`. A backtest is refused: recorded klines hold none of your trades.',
];

export const followDown: readonly string[] = [
  'Counter orders rest on the exchange and are met without the bot.',
  'What you trade meanwhile is found by its trade ids when the bot is back, and answered then, at the price of your fills. Only trades from before its very first start are ignored.',
  'A counter order whose price the market has passed by then is met at once, at the market’s better price.',
];

/** Two trades of the user's and their answers, with Binance's commissions. */
export function followExample(market: Instrument, rows: Rows): string[] {
  const terms = { sellAbovePercent: 1, buyBelowPercent: 1 };
  const tick = dec(market.tickSize);
  const paid = dec('100').times('0.5').plus(dec('102').times('0.5'));
  const bought = { side: 'BUY', quantity: '1', quote: text(paid) } as const;
  const sale = ceilTo(counterPrice(bought, terms)!, tick);
  const coins = lotQuantity(market, dec('1').times(KEPT), false);
  const brought = coins.times(sale).times(KEPT);
  const sold = { side: 'SELL', quantity: '2', quote: '240' } as const;
  const buy = floorTo(counterPrice(sold, terms)!, tick);
  const got = dec(sold.quote).times(KEPT);
  const kept = dec(sold.quantity).times(KEPT);
  const spent = buy.times(sold.quantity);
  return [
    'The defaults, a budget of 1,000 USDT, a commission of 0.1 % of what is received.',
    rows(
      ['your order', 'taken in', 'counter order', 'when it is met', 'profit'],
      [
        [
          'you buy 0.5 at 100 and 0.5 at 102',
          `${text(dec('1').times(KEPT))} BTC that cost ${text(paid)}`,
          `sell ${text(coins)} at ${text(sale)}`,
          `${rounded(brought, 4)} USDT come in`,
          rounded(brought.minus(paid), 4),
        ],
        [
          'you sell 2 at 120',
          `${text(got)} USDT for 2 BTC`,
          `buy 2 at ${text(buy)}`,
          `${text(kept)} BTC for ${text(spent)} USDT are yours`,
          rounded(got.times(KEPT).minus(spent), 4),
        ],
      ],
    ),
    `${text(percent(1).times(100))} % above the average of ${text(paid)} is ${text(sale)}. Had you sold 20 at 120 instead, the budget would buy back ${text(floorTo(dec('1000').div(buy), dec(market.stepSize)))} of them; the cash for the others is yours.`,
  ];
}

type Rows = (head: readonly string[], lines: readonly (readonly string[])[]) => string;

const KEPT = '0.999';
