import { fields, limit, text, type Json, type Operation, type Operations } from './openapi-operation.js';

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
    signal: fields({ name: text }, ['name']),
    plan: fields({ name: text }, ['name']),
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
      items: fields({ asset: text, missing: text }, ['asset', 'missing']),
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

/** The part of the document about single bots, and what they may start from. */
export const BOT_OPERATIONS: Operations = {
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
      body: fields(
        {
          config: { ...config, description: 'As when one is made; its symbol does not count.' },
          symbols: { type: 'array', items: text, minItems: 1, maxItems: 50 },
          start: { type: 'boolean' },
        },
        ['config', 'symbols'],
      ),
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
      body: fields(
        {
          name: text,
          draft: {
            type: 'object',
            required: ['interval', 'signal', 'plan'],
            description: 'interval, budget, signal, plan and risk as in a config.',
          },
        },
        ['name', 'draft'],
      ),
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
      body: fields({ text, version: text, appliesTo: { enum: ['now', 'next-cycle'] } }, ['text', 'version']),
      ok: [200, 'The bot.'],
      errors: [400, 403, 404, 409, 415, 422],
    },
  },
  '/api/bots/{id}/config/check': {
    post: {
      summary: 'What is wrong with a text, by line and column. Nothing is changed.',
      body: fields({ text }, ['text']),
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
      body: fields(
        {
          to: { type: 'string', description: 'A version of its history.' },
          appliesTo: { enum: ['now', 'next-cycle'] },
        },
        ['to'],
      ),
      ok: [200, 'The bot.'],
      errors: [400, 403, 404, 409, 415, 422],
    },
  },
  '/api/bots/{id}/clone': {
    post: {
      summary: 'Makes another bot with its settings; position, orders and history stay where they are.',
      body: fields(
        {
          id: { type: 'string', description: 'Of the new bot.' },
          changes: { type: 'object', description: 'As in PATCH: what the new one has otherwise.' },
          start: { type: 'boolean' },
        },
        ['id'],
      ),
      ok: [201, 'The new bot, with `warnings` as when one is made.'],
      errors: [400, 403, 404, 409, 415, 422, 502],
    },
  },
  '/api/bots/{id}/start': {
    post: {
      ...action('Starts it.'),
      body: fields({
        realMoney: {
          type: 'boolean',
          description: 'That it may trade real money; counts from who gave the password just now.',
        },
      }),
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
    post: command(
      'Enters now, as its plan would on a signal; within every cap.',
      fields({
        amount: { type: 'string', description: 'Quote to spend, where the plan lets it be chosen.' },
      }),
    ),
  },
  '/api/bots/{id}/sell': {
    post: command(
      'Sells all that it holds at market, or one batch of a ladder.',
      fields({ batch: { type: 'integer', minimum: 1 }, symbol: parkedSymbol }),
    ),
  },
  '/api/bots/{id}/flatten': { post: command('Pauses entries, takes them back, and sells all at market.') },
  '/api/bots/{id}/cancel': {
    post: command(
      'Cancels an open order; an entry is dropped.',
      fields(
        {
          order: { type: 'string', description: 'Its slot or client order id.' },
          again: { type: 'boolean', description: 'Although an exit is placed again at once.' },
          symbol: parkedSymbol,
        },
        ['order'],
      ),
    ),
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
};
