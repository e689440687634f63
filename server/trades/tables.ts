/** Fills and FIFO lots as CSV, made as they are sent. Amounts are the exact decimals; times are UTC. */
import type { Readable } from 'node:stream';
import type { BotView } from '../../bot/files/view.js';
import { csvStream } from '../web/csv.js';
import type { TradeFilter } from './filter.js';
import { mergedFills } from './fills.js';
import { lotRows } from './lot-rows.js';

const utc = (time: number): string => new Date(time).toISOString();

const FILL_COLUMNS =
  'time,bot,venue,symbol,side,price,quantity,base,quote,fee,fee_asset,pnl,reason,trade_id,order_id,client_order_id'.split(
    ',',
  );

/** Every fill that fits, the oldest first. */
export function fillsCsv(bots: readonly BotView[], filter: TradeFilter): Readable {
  function* rows(): Generator<string[]> {
    for (const { bot, ...fill } of mergedFills(bots, filter, 'oldest')) {
      const {
        symbol,
        venue,
        base,
        quote,
        time,
        side,
        price,
        quantity,
        fee,
        feeAsset,
        pnl,
        reason = '',
      } = fill;
      const ids = [fill.tradeId, fill.orderId, fill.clientOrderId];
      yield [
        utc(time),
        bot.id,
        venue,
        symbol,
        side,
        price,
        quantity,
        base,
        quote,
        fee,
        feeAsset,
        pnl ?? '',
        reason,
        ...ids,
      ];
    }
  }
  return csvStream(FILL_COLUMNS, rows());
}

const LOT_COLUMNS =
  'account,symbol,bot,acquired_at,acquired_price,disposed_at,disposed_price,quantity,base,cost,proceeds,gain,quote,fees,acquired_trade,disposed_trade'.split(
    ',',
  );

/** What was sold of which lot, first in, first out; see `docs/trades.md`. */
export function lotsCsv(bots: readonly BotView[], filter: TradeFilter): Readable {
  function* rows(): Generator<string[]> {
    for (const row of lotRows(bots, filter)) {
      const { account, symbol, bot, acquired, disposed, quantity, base, cost, proceeds, gain, quote } = row;
      const fees = Object.entries(row.fees).map(([asset, amount]) => `${amount} ${asset}`);
      yield [
        ...[account, symbol, bot],
        ...[acquired === null ? '' : utc(acquired.time), acquired?.price ?? ''],
        ...[utc(disposed.time), disposed.price ?? ''],
        ...[
          quantity,
          base,
          cost,
          disposed.price === null ? '' : proceeds,
          gain ?? '',
          quote,
          fees.join(' + '),
        ],
        ...[acquired?.tradeId ?? '', disposed.tradeId ?? ''],
      ];
    }
  }
  return csvStream(LOT_COLUMNS, rows());
}
