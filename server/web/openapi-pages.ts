/** Routes behind the pages Why, Account, Trades and Settings. */
import { fields, text, type Json, type Operations } from './openapi-operation.js';

const day: Json = { type: 'string', format: 'date', description: 'A UTC day of market time.' };
const FILTER = {
  bot: text,
  symbol: text,
  venue: text,
  tag: text,
  side: { type: 'string', enum: ['BUY', 'SELL'] },
  from: day,
  to: day,
};

export const PAGE_OPERATIONS: Operations = {
  '/api/why': {
    get: {
      summary:
        'Why each bot is not trading, or not selling: since when, by which figures, and where that is decided. Those that need their user come first.',
      query: {
        show: { type: 'string', enum: ['all', 'act', 'held', 'calm'] },
        search: { type: 'string', maxLength: 60 },
      },
      ok: [
        200,
        '{counts: {act, held, calm}, bots: [{id, name, venue, symbol, weight, findings: [{code, weight, since, atLeast, sentence, numbers: [{name, value}], link: {href, text}}]}]}',
      ],
      errors: [400],
    },
  },
  '/api/account': {
    get: {
      summary:
        'Your accounts: balances (as of `at`), what bots hold and may spend of them, what is free, orders that rest, fees.',
      ok: [
        200,
        '{accounts: [{account, venue, key, isOpen, at, problem, assets: [{asset, total, locked, inBots, reserved, free}], bots, orders, fees, otherBots}]}',
      ],
    },
  },
  '/api/account/refresh': {
    post: {
      summary: 'Asks the exchange now; at most every five seconds.',
      body: fields({ account: { type: 'string', description: 'All of them if left out.' } }),
      bodyOptional: true,
      ok: [200, 'As /api/account.'],
      errors: [403, 404, 422, 429],
    },
  },
  '/api/settings': {
    get: {
      summary:
        'Versions, where venues are reached, which bundles run; admins also: the data folder and its sizes.',
      ok: [200, '{versions: {flotilla, node, pm2}, venues, bundles: {newest, running}, data}'],
    },
  },
  '/api/trades': {
    get: {
      summary: 'Fills of all bots, the newest first, page by page.',
      query: {
        ...FILTER,
        after: { type: 'string', description: '`next` of the page before.' },
        limit: { type: 'integer', minimum: 1, maximum: 1_000 },
      },
      ok: [
        200,
        '{fills: [{bot, venue, symbol, base, quote, tradeId, time, side, price, quantity, fee, feeAsset, pnl, …}], next}',
      ],
      errors: [400],
    },
  },
  '/api/trades/summary': {
    get: {
      summary: 'What they came to: by day and month, how cycles ended, the best and the worst.',
      query: { ...FILTER, currency: { type: 'string', description: 'The quote asset to sum in.' } },
      ok: [
        200,
        '{venue, venues, currency, currencies, pnl, buys, sells, fees, days, months, cycles: {count, won, averagePercent, medianPercent, bins, best, worst}}',
      ],
      errors: [400],
    },
  },
  '/api/trades/fills.csv': {
    get: {
      summary: 'Fills as a table, the oldest first.',
      query: FILTER,
      ok: [200, 'The table.'],
      errors: [400],
      type: 'text/csv',
    },
  },
  '/api/trades/lots.csv': {
    get: {
      summary: 'What was sold of which lot, first in, first out, for taxes.',
      query: FILTER,
      ok: [200, 'The table.'],
      errors: [400],
      type: 'text/csv',
    },
  },
  '/api/bots/{id}/why': {
    get: { summary: 'The same of one bot.', ok: [200, 'One of `bots` of /api/why.'], errors: [404] },
  },
};
