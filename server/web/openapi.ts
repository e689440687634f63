import { BACKTEST_OPERATIONS } from './openapi-backtests.js';
import { BULK_OPERATIONS } from './openapi-bulk.js';
import { PAGE_OPERATIONS } from './openapi-pages.js';

export type Json = Record<string, unknown>;

export interface Operation {
  readonly summary: string;
  readonly query?: Readonly<Record<string, Json>>;
  readonly body?: Json;
  readonly bodyOptional?: true;
  /** Status and description of the success. */
  readonly ok: readonly [status: number, description: string];
  readonly errors?: readonly number[];
  /** Of the success, where it is not JSON. */
  readonly type?: string;
}

const text: Json = { type: 'string' };
const amount: Json = { type: ['string', 'null'], description: 'Decimal text in the quote asset.' };
const limit = (most: number): Json => ({ type: 'integer', minimum: 1, maximum: most });
const config: Json = {
  type: 'object',
  description: 'A bot as in config.json; `flotilla check` and data/config.schema.json know every key.',
  required: ['id', 'symbol', 'interval', 'budget', 'signal', 'plan'],
  properties: {
    id: { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]{0,39}$' },
    name: text,
    venue: text,
    symbol: text,
    interval: text,
    budget: { type: 'string', description: 'Decimal text in the quote asset.' },
    signal: { type: 'object', required: ['name'], properties: { name: text } },
    plan: { type: 'object', required: ['name'], properties: { name: text } },
  },
};
const action = (summary: string): Operation => ({
  summary,
  ok: [200, 'The bot afterwards.'],
  errors: [403, 404, 409, 502],
});

const parkedSymbol: Json = {
  type: 'string',
  description: 'Of what is parked of a symbol that it traded before; its own if left out.',
};

const seen: Json = {
  type: 'object',
  description:
    'The difference that was looked at; done only if it is still that. What is known now if left out.',
  properties: {
    seen: {
      type: 'array',
      items: { type: 'object', required: ['asset', 'missing'], properties: { asset: text, missing: text } },
    },
    symbol: parkedSymbol,
  },
};
const command = (summary: string, body?: Json): Operation => ({
  summary,
  ...(body === undefined ? {} : { body, bodyOptional: true }),
  ok: [200, 'The bot afterwards, with `command: {uuid, done, message}`; not done: it does it when it runs.'],
  errors: [403, 404, 409, 422],
});

/** Every route of the API; a test compares it with the routes that are served. */
export const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
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
  '/api/bots': {
    get: { summary: 'Every bot without its trades.', ok: [200, '{bots}'] },
    post: {
      summary:
        'Makes a bot; it is stopped unless `start` asks otherwise. Where only the start fails, the answer is NOT_STARTED: the bot is made.',
      query: { start: { type: 'string', enum: ['true', 'false'] } },
      body: config,
      ok: [201, 'The bot, with `warnings`: sentences about what keeps it from starting as its account is.'],
      errors: [400, 403, 409, 415, 422, 502],
    },
  },
  '/api/bots/check': {
    post: {
      summary:
        'What is wrong with a bot before it is made, and what it would do at the price of now. Nothing is made; an empty id, symbol or budget is not at fault.',
      body: { ...config, required: [] },
      ok: [
        200,
        '{errors: {path: sentence}, warnings, worstCase, preview: {symbol, price, lines: [{kind, name, price, percent, quantity}], trade, …} or null}',
      ],
      errors: [400, 403, 415, 422],
    },
  },
  '/api/bots/many': {
    post: {
      summary:
        'Makes one draft into a bot for each symbol; their ids are the draft’s with the base asset behind it. Each is made by itself: one that is refused holds back no other.',
      body: {
        type: 'object',
        required: ['config', 'symbols'],
        properties: {
          config: { ...config, description: 'As when one is made; its symbol does not count.' },
          symbols: { type: 'array', items: text, minItems: 1, maxItems: 50 },
          start: { type: 'boolean' },
        },
      },
      ok: [200, '{bots: [{id, symbol, made, started, problem}]}'],
      errors: [400, 403, 415, 422],
    },
  },
  '/api/templates': {
    get: {
      summary: 'What a new bot may start from: templates that come with Flotilla, and your own.',
      ok: [200, '{templates: [{id, name, description, own, draft}]}'],
      errors: [403],
    },
    post: {
      summary: 'Saves a template of yours.',
      body: {
        type: 'object',
        required: ['name', 'draft'],
        properties: {
          name: text,
          draft: {
            type: 'object',
            required: ['interval', 'signal', 'plan'],
            description: 'interval, budget, signal, plan and risk as in a config.',
          },
        },
      },
      ok: [201, '{template}'],
      errors: [400, 403, 415, 422],
    },
  },
  '/api/templates/{template}': {
    delete: { summary: 'Removes a template of yours.', ok: [204, 'It is gone.'], errors: [403, 404] },
  },
  '/api/bots/{id}': {
    get: { summary: 'One bot with its trades.', ok: [200, 'As `flotilla bot show --json`.'], errors: [404] },
    patch: {
      summary:
        'Changes keys of its config, as a JSON merge patch. `appliesTo` says whether a changed plan or signal counts for what is held, `now`, or from the `next-cycle` on; as its file says if left out.',
      body: { type: 'object' },
      ok: [200, 'The bot.'],
      errors: [400, 403, 404, 409, 415, 422],
    },
    delete: {
      summary: 'Deletes a bot; refused while it holds a position unless forced.',
      query: { force: { type: 'boolean' } },
      ok: [204, 'It is gone.'],
      errors: [403, 404, 409],
    },
  },
  '/api/bots/{id}/preview': {
    post: {
      summary:
        'What such a change would do: keys, old and new, and orders of what is held. Nothing is changed.',
      body: { type: 'object', description: 'As in PATCH.' },
      ok: [
        200,
        '{id, changes: [{path, before, after}], asks, appliesTo, now, nextCycle, movesOrders, withdraws, asksPassword}',
      ],
      errors: [400, 403, 404, 409, 415, 422],
    },
  },
  '/api/bots/{id}/config': {
    get: {
      summary: 'The text of its config, comments included, and the name of this version of it.',
      ok: [200, '{text, version}'],
      errors: [400, 404],
    },
    put: {
      summary: 'Puts another text in its place, if it still is of the version that is named.',
      body: {
        type: 'object',
        required: ['text', 'version'],
        properties: { text, version: text, appliesTo: { enum: ['now', 'next-cycle'] } },
      },
      ok: [200, 'The bot.'],
      errors: [400, 403, 404, 409, 415, 422],
    },
  },
  '/api/bots/{id}/config/check': {
    post: {
      summary: 'What is wrong with a text, by line and column. Nothing is changed.',
      body: { type: 'object', required: ['text'], properties: { text } },
      ok: [200, '{problems: [sentence]}'],
      errors: [400, 403, 404, 415, 422],
    },
  },
  '/api/bots/{id}/config/history': {
    get: {
      summary: 'What its config was, the newest first: who changed it, and what.',
      ok: [200, '{editions: [{version, at, by, changes, current}]}'],
      errors: [400, 404],
    },
  },
  '/api/bots/{id}/rollback': {
    post: {
      summary: 'Makes its config what it was: a change like any other.',
      body: {
        type: 'object',
        required: ['to'],
        properties: {
          to: { type: 'string', description: 'A version of its history.' },
          appliesTo: { enum: ['now', 'next-cycle'] },
        },
      },
      ok: [200, 'The bot.'],
      errors: [400, 403, 404, 409, 415, 422],
    },
  },
  '/api/bots/{id}/clone': {
    post: {
      summary: 'Makes another bot with its settings; position, orders and history stay where they are.',
      body: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'string', description: 'Of the new bot.' },
          changes: { type: 'object', description: 'As in PATCH: what the new one has otherwise.' },
          start: { type: 'boolean' },
        },
      },
      ok: [201, 'The new bot, with `warnings` as when one is made.'],
      errors: [400, 403, 404, 409, 415, 422, 502],
    },
  },
  '/api/bots/{id}/start': {
    post: {
      ...action('Starts it.'),
      body: {
        type: 'object',
        properties: {
          realMoney: {
            type: 'boolean',
            description: 'That it may trade real money; counts from who gave the password just now.',
          },
        },
      },
      bodyOptional: true,
    },
  },
  '/api/bots/{id}/preflight': {
    get: {
      summary: 'What stands between it and its live venue, line by line.',
      ok: [200, '{ok, lines: [{what, verdict, words}]}'],
      errors: [404, 409],
    },
  },
  '/api/bots/{id}/stop': { post: action('Stops it; position and protection stay.') },
  '/api/bots/{id}/restart': { post: action('Restarts its process.') },
  '/api/bots/{id}/pause': { post: command('Pauses its entries; exits and protection go on.') },
  '/api/bots/{id}/resume': { post: command('Ends its pause, and a protection left as cancelled.') },
  '/api/bots/{id}/adopt': { post: command('Its books take what the account has.', seen) },
  '/api/bots/{id}/ignore': { post: command('Acknowledges its difference as it is.', seen) },
  '/api/bots/{id}/buy': {
    post: command('Enters now, as its plan would on a signal; within every cap.', {
      type: 'object',
      properties: {
        amount: { type: 'string', description: 'Quote to spend, where the plan lets it be chosen.' },
      },
    }),
  },
  '/api/bots/{id}/sell': {
    post: command('Sells all that it holds at market, or one batch of a ladder.', {
      type: 'object',
      properties: { batch: { type: 'integer', minimum: 1 }, symbol: parkedSymbol },
    }),
  },
  '/api/bots/{id}/flatten': { post: command('Pauses entries, takes them back, and sells all at market.') },
  '/api/bots/{id}/cancel': {
    post: command('Cancels an open order; an entry is dropped.', {
      type: 'object',
      required: ['order'],
      properties: {
        order: { type: 'string', description: 'Its slot or client order id.' },
        again: { type: 'boolean', description: 'Although an exit is placed again at once.' },
        symbol: parkedSymbol,
      },
    }),
  },
  '/api/bots/{id}/log': {
    get: {
      summary:
        'Its last log lines, oldest first; with `search` or `level` the last that match, in rotated files too.',
      query: { limit: limit(1000), search: text, level: { enum: ['info', 'warn', 'error'] } },
      ok: [200, '{lines}, and of a search `more`: there are older ones'],
      errors: [400, 404],
    },
  },
  '/api/bots/{id}/decisions': {
    get: {
      summary: 'Its last decisions, oldest first.',
      query: { limit: limit(1000) },
      ok: [200, '{decisions}'],
      errors: [400, 404],
    },
  },
  '/api/bots/{id}/klines': {
    get: {
      summary:
        'Klines of its symbol and interval, the indicators of its signal, its trades among them, and lines for position and orders.',
      query: { limit: limit(500) },
      ok: [200, '{klines, plots, trades, lines}'],
      errors: [400, 404, 409, 503],
    },
  },
  '/api/bots/{id}/equity': {
    get: {
      summary:
        'Its equity by market time since its first trade, beside what buying with all of it then would be worth.',
      ok: [200, '{quote, since, points: [{time, equity, hold}]}; no points before the first trade'],
      errors: [400, 404, 409, 503],
    },
  },
  ...BULK_OPERATIONS,
  ...BACKTEST_OPERATIONS,
  ...PAGE_OPERATIONS,
  '/api/me': { get: { summary: 'Who asks.', ok: [200, '{id, name, role, via}'] } },
  '/api/me/codes': {
    get: { summary: 'Your one-time codes.', ok: [200, '{on, recoveryLeft}'] },
    post: {
      summary: 'Begins to set them up (asks for the password again).',
      ok: [201, '{secret, address}: for an authenticator app.'],
      errors: [403, 409],
    },
    put: {
      summary: 'Turns them on with a first code (asks for the password again).',
      body: { type: 'object', required: ['code'], properties: { code: text } },
      ok: [200, '{recovery}: codes that are told this once.'],
      errors: [403, 409, 422],
    },
    delete: {
      summary: 'Turns them off (asks for the password again).',
      ok: [204, 'They are off.'],
      errors: [403],
    },
  },
  '/api/users': {
    get: { summary: 'The users (admins).', ok: [200, '{users}'], errors: [403] },
    post: {
      summary: 'Makes a user (admins; asks for the password again).',
      body: {
        type: 'object',
        required: ['name', 'role', 'password'],
        properties: { name: text, role: { enum: ['admin', 'trader', 'viewer'] }, password: text },
      },
      ok: [201, 'The user.'],
      errors: [403, 409, 422],
    },
  },
  '/api/users/{user}': {
    patch: {
      summary: 'Changes role, password, or disables (admins; asks for the password again).',
      body: {
        type: 'object',
        properties: { role: text, disabled: { type: 'boolean' }, password: text },
      },
      ok: [200, 'The user.'],
      errors: [403, 404, 409, 422],
    },
  },
  '/api/users/{user}/codes': {
    delete: {
      summary: 'Turns the one-time codes of a user off (admins; asks for the password again).',
      ok: [204, 'They are off.'],
      errors: [403, 404],
    },
  },
  '/api/tokens': {
    get: { summary: 'Your API tokens, without the tokens themselves.', ok: [200, '{tokens}'] },
    post: {
      summary: 'Makes one; it is told this once (asks for the password again).',
      body: {
        type: 'object',
        required: ['name', 'scope', 'days'],
        properties: { name: text, scope: { enum: ['admin', 'trader', 'viewer'] }, days: { type: 'integer' } },
      },
      ok: [201, '{token, …}'],
      errors: [403, 409, 422],
    },
  },
  '/api/tokens/{token}': { delete: { summary: 'Revokes one.', ok: [204, 'It is void.'], errors: [404] } },
  '/api/sessions': { get: { summary: 'Where you are signed in.', ok: [200, '{sessions}'] } },
  '/api/sessions/{session}': { delete: { summary: 'Ends one.', ok: [204, 'It is over.'], errors: [404] } },
  '/api/bots/{id}/access': {
    get: {
      summary: 'Whose it is, and who may look at it.',
      ok: [200, '{owner, shared}'],
      errors: [403, 404],
    },
    put: {
      summary: 'Shares it, or (admins) gives it to another user.',
      body: {
        type: 'object',
        properties: {
          owner: { type: ['string', 'null'] },
          shared: { description: 'Names, or "everyone".' },
        },
      },
      ok: [200, '{owner, shared}'],
      errors: [403, 404, 422],
    },
  },
  '/api/audit': {
    get: {
      summary:
        'Who did what, newest first, and the head of the chain (admins); from and to are UTC days (2026-03-07).',
      query: { user: text, action: text, about: text, from: text, to: text, limit: limit(1000) },
      ok: [200, '{head, entries: [{seq, time, user, via, action, about, outcome, details, words, …}]}'],
      errors: [400, 403],
    },
  },
  '/api/audit.csv': {
    get: {
      summary: 'The same as a table, whole and oldest first (admins).',
      query: { user: text, action: text, about: text, from: text, to: text },
      ok: [200, 'text/csv'],
      errors: [400, 403],
    },
  },
  '/api/caps': {
    get: {
      summary: 'Caps of all bots, what is set aside under them, and what the accounts have left.',
      ok: [
        200,
        '{caps: [{key, used, limit, left, exceeded}], accounts: [{account, asset, total, reserved, spendable, free}], reservations: [{id, account, symbol, asset, amount, at, …}]}; who is no admin is told of the bots that they may see, and `left` is null.',
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
      body: { type: 'object', properties: { flatten: { type: 'boolean' } } },
      bodyOptional: true,
      ok: [200, '{halt, unreached, holding, message}'],
      errors: [403, 422],
    },
  },
  '/api/resume': {
    post: { summary: 'Takes the kill switch back.', ok: [200, '{resumed, halt}'], errors: [403, 422] },
  },
  '/api/keys': {
    get: {
      summary: 'Stored exchange keys, without secrets: all for an admin, else those of who asks.',
      ok: [200, '{master, locked, keys: [{id, label, venue, owner, lastFour, permissions, bots, …}]}'],
      errors: [503],
    },
    post: {
      summary: 'Stores a key once the venue has said what it may do; one that may withdraw is refused.',
      body: {
        type: 'object',
        required: ['id', 'venue', 'key', 'secret'],
        properties: {
          id: text,
          label: text,
          venue: { enum: ['binance-testnet', 'binance'] },
          key: text,
          secret: text,
          passphrase: { type: 'string', description: 'With the first key: lock all with it.' },
        },
      },
      ok: [201, '{key, warnings}'],
      errors: [403, 409, 415, 422, 502, 503],
    },
  },
  '/api/keys/{key}': {
    put: {
      summary: 'Puts other credentials behind the name.',
      body: { type: 'object', required: ['key', 'secret'], properties: { key: text, secret: text } },
      ok: [200, '{key, warnings}'],
      errors: [403, 404, 409, 415, 422, 502, 503],
    },
    delete: { summary: 'Forgets a key that no bot uses.', ok: [204, 'It is gone.'], errors: [403, 404, 409] },
  },
  '/api/keys/{key}/check': {
    post: {
      summary: 'Asks the venue again what it may do.',
      ok: [200, '{key, warnings}'],
      errors: [404, 409, 502],
    },
  },
  '/api/keys/unlock': {
    post: {
      summary: 'Gives the key agent the passphrase.',
      body: { type: 'object', required: ['passphrase'], properties: { passphrase: text } },
      ok: [200, '{locked}'],
      errors: [404, 422, 502],
    },
  },
  '/api/keys/lock': { post: { summary: 'The agent forgets it.', ok: [200, '{locked}'], errors: [403, 404] } },
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

const ERROR: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'field'],
      properties: { code: text, message: text, field: { type: ['string', 'null'] } },
    },
  },
};

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

function describe(path: string, { summary, query, body, bodyOptional, ok, errors, type }: Operation): Json {
  const inPath = path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: text }] : [];
  const inQuery = Object.entries(query ?? {}).map(([name, schema]) => ({ name, in: 'query', schema }));
  const json = (schema: Json): Json => ({ 'application/json': { schema } });
  const always = path.startsWith('/api/') ? [401, 429] : [];
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
      ...Object.fromEntries([...(errors ?? []), ...always].map((status) => [status, failure])),
    },
  };
}
