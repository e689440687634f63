import { BACKTEST_OPERATIONS } from './openapi-backtests.js';
import { BOT_OPERATIONS } from './openapi-bots.js';
import { BULK_OPERATIONS } from './openapi-bulk.js';
import { KEY_OPERATIONS } from './openapi-keys.js';
import { fields, limit, text, type Json, type Operation, type Operations } from './openapi-operation.js';
import { PAGE_OPERATIONS } from './openapi-pages.js';
import { PEOPLE_OPERATIONS } from './openapi-people.js';

const amount: Json = { type: ['string', 'null'], description: 'Decimal text in the quote asset.' };

/** Every route of the API; a test compares it with the routes that are served. */
export const OPERATIONS: Operations = {
  '/healthz': { get: { summary: 'Whether the server answers.', ok: [200, 'It does.'] } },
  '/api/overview': {
    get: {
      summary:
        'Every bot without its trades, and equity on paper and live: in the quote asset of most bots, and in each by itself.',
      ok: [
        200,
        '{time, equity: {paper, live}, equityByQuote: {paper: [{currency, equity}], live: […]}, bots}',
      ],
    },
  },
  ...BOT_OPERATIONS,
  ...BULK_OPERATIONS,
  ...BACKTEST_OPERATIONS,
  ...PAGE_OPERATIONS,
  ...PEOPLE_OPERATIONS,
  '/api/caps': {
    get: {
      summary: 'Caps of all bots, what is set aside under them, and what the accounts have left.',
      ok: [
        200,
        '{caps: [{key, used, limit, left, exceeded}], accounts: [{account, asset, total, reserved, spendable, free}], reservations: [{id, account, symbol, asset, amount, parked, at}]} (`parked`: what of it is still in former symbols, by symbol); who is no admin is told of the bots that they may see, and `left` is null.',
      ],
      errors: [409, 422],
    },
    patch: {
      summary: 'Sets caps, or takes them away with null; as a JSON merge patch of caps.json (admins).',
      body: {
        type: 'object',
        description: '{"symbols": {"BTCUSDT": "2000"}, "fleet": {"USDT": null}}',
        properties: {
          symbols: { type: 'object', additionalProperties: amount },
          accounts: {
            type: 'object',
            additionalProperties: { type: 'object', additionalProperties: amount },
          },
          fleet: { type: 'object', additionalProperties: amount },
        },
      },
      ok: [200, 'As GET.'],
      errors: [403, 409, 422],
    },
  },
  '/api/caps/reservations/{bot}': {
    delete: {
      summary: 'Gives back what is set aside for a bot that is gone, or stopped and flat (admins).',
      ok: [204, 'It is given back.'],
      errors: [403, 404, 409, 422],
    },
  },
  '/api/halt': {
    get: {
      summary: 'The kill switch of the fleet.',
      ok: [200, '{halt: {id, since, flatten}}, null while it is not thrown'],
    },
    post: {
      summary:
        'Throws it: nothing is bought until it is taken back; positions are kept, or sold (`flatten`).',
      body: fields({ flatten: { type: 'boolean' } }),
      bodyOptional: true,
      ok: [200, '{halt, unreached, holding, message}'],
      errors: [403, 422],
    },
  },
  '/api/resume': {
    post: { summary: 'Takes the kill switch back.', ok: [200, '{resumed, halt}'], errors: [403, 422] },
  },
  ...KEY_OPERATIONS,
  '/api/symbols': {
    get: {
      summary: 'Symbols of a venue that contain the text, with price, volume of 24 hours and least order.',
      query: { search: text, venue: text, limit: limit(200) },
      ok: [200, '{symbols}'],
      errors: [400, 503],
    },
  },
  '/api/klines': {
    get: {
      summary: 'The latest klines of a symbol, the running one last.',
      query: { venue: text, symbol: text, interval: text, limit: limit(500) },
      ok: [200, '{klines}'],
      errors: [400, 503],
    },
  },
  '/api/strategies': {
    get: { summary: 'Signals, plans and their parameters.', ok: [200, '{signals, plans, intervals}'] },
  },
  '/api/openapi.json': { get: { summary: 'This document.', ok: [200, 'OpenAPI 3.1'] } },
};

const ERROR: Json = fields(
  {
    error: fields({ code: text, message: text, field: { type: ['string', 'null'] } }, [
      'code',
      'message',
      'field',
    ]),
  },
  ['error'],
);

/** The OpenAPI 3.1 document of this server. */
export function openApi(): Json {
  const paths = Object.entries(OPERATIONS).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [method, describe(path, operation)]),
    ),
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Flotilla',
      version: '1',
      description: 'Money is decimal text, times are UTC milliseconds, absent is null.',
    },
    paths: Object.fromEntries(paths),
    components: { schemas: { Error: ERROR } },
  };
}

/** What an operation may answer besides, each once: under /api also that nobody is signed in, or that it was too many. */
export function refusals(path: string, errors: readonly number[] = []): number[] {
  const always = path.startsWith('/api/') ? [401, 429] : [];
  return [...new Set([...errors, ...always])].sort((a, b) => a - b);
}

function describe(path: string, { summary, query, body, bodyOptional, ok, errors, type }: Operation): Json {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const inPath = named.map((name) => ({ name, in: 'path', required: true, schema: text }));
  const inQuery = Object.entries(query ?? {}).map(([name, schema]) => ({ name, in: 'query', schema }));
  const json = (schema: Json): Json => ({ 'application/json': { schema } });
  const failure = { description: 'What was wrong.', content: json({ $ref: '#/components/schemas/Error' }) };
  return {
    summary,
    parameters: [...inPath, ...inQuery],
    ...(body === undefined ? {} : { requestBody: { required: bodyOptional !== true, content: json(body) } }),
    responses: {
      [ok[0]]: {
        description: ok[1],
        ...(ok[0] === 204
          ? {}
          : { content: type === undefined ? json({ type: 'object' }) : { [type]: { schema: text } } }),
      },
      ...Object.fromEntries(refusals(path, errors).map((status) => [status, failure])),
    },
  };
}
