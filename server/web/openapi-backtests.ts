import { fields, text, type Json, type Operations } from './openapi-operation.js';

const time: Json = { type: ['string', 'integer', 'null'], description: 'ISO text (UTC), or UTC ms.' };
const choice: Json = fields({ name: text }, ['name']);

const settings: Json = fields(
  {
    name: { type: ['string', 'null'], maxLength: 60 },
    symbol: text,
    interval: text,
    budget: { type: 'string', description: 'Decimal text in the quote asset; 1000 if left out.' },
    signal: choice,
    plan: choice,
    risk: { type: 'object', description: 'The caps of a bot, as in its config.' },
    source: { type: 'string', description: 'A name out of /api/backtests/sources.' },
    from: time,
    to: time,
    feePercent: { type: 'string', description: 'Of maker and taker alike; 0.1 if left out.' },
    feeAsset: { type: 'string', enum: ['received', 'quote'] },
    profile: { type: 'string', enum: ['touch', 'book'] },
    acceptGaps: { type: 'boolean', description: 'Runs across outages that are longer than the warm-up.' },
  },
  ['symbol', 'interval', 'signal', 'plan', 'source'],
);

const RUN = '{run: {id, settings, state, createdAt, startedAt, endedAt, error, summary, progress}}';

/** The part of the document about backtests. */
export const BACKTEST_OPERATIONS: Operations = {
  '/api/backtests': {
    get: { summary: 'All backtests that are kept, newest first.', ok: [200, '{runs}'] },
    post: {
      summary: 'Runs a backtest, or lets it wait for its turn; the same one asked for meanwhile is that one.',
      body: settings,
      ok: [201, RUN],
      errors: [400, 403, 415, 422, 429],
    },
  },
  '/api/backtests/sources': {
    get: { summary: 'Where klines may come from, and what recordings have.', ok: [200, '{sources}'] },
  },
  '/api/backtests/compare': {
    get: {
      summary: 'Two that are done: each figure with its difference, and the settings that differ.',
      query: { a: text, b: text },
      ok: [200, '{a, b, figures: [{name, unit, a, b, difference, better}], settings: [{name, a, b}]}'],
      errors: [400, 404, 409],
    },
  },
  '/api/backtests/{id}': {
    get: {
      summary:
        'One backtest; its report once it is done, with the first and last trades where there are many.',
      ok: [200, '{run, report}'],
      errors: [404],
    },
    delete: {
      summary: 'Deletes it with its files; one that runs is ended.',
      ok: [204, 'It is gone.'],
      errors: [403, 404],
    },
  },
  '/api/backtests/{id}/chart': {
    get: {
      summary: 'Candles, marks, equity, buy and hold, and drawdown, in columns.',
      ok: [200, '{interval, klines, quote, time, equity, hold, drawdown, symbols, more}'],
      errors: [404, 409],
    },
  },
  '/api/backtests/{id}/trades.csv': {
    get: {
      summary: 'All its trades, as CSV.',
      ok: [200, 'One line per exit order.'],
      type: 'text/csv',
      errors: [404, 409],
    },
  },
  '/api/backtests/{id}/cancel': {
    post: { summary: 'Ends it; one that is over stays as it is.', ok: [200, RUN], errors: [403, 404] },
  },
  '/api/backtests/{id}/bot': {
    post: {
      summary: 'Makes a bot with its settings; it is stopped.',
      body: fields({ id: text, name: text }, ['id']),
      ok: [201, 'The bot.'],
      errors: [400, 403, 404, 409, 415, 422],
    },
  },
};
