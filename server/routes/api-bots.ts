import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { searchLog } from '../../bot/files/log-search.js';
import type { ServerDeps } from '../deps.js';
import type { Wanted } from '../fleet/commands.js';
import { botId, check, count, NO_QUERY, notFound } from '../web/check.js';
import { RequestError } from '../web/errors.js';
import type { Audience } from '../live/audiences.js';
import { needs } from '../web/needs.js';
import { makeBot } from '../web/making.js';
import { whileWaiting } from '../web/waiting.js';
import { changesOf } from '../web/patch.js';

const FORCE = z.strictObject({ force: z.enum(['true', 'false']).optional() });
const DIFFERENCE = z.strictObject({ asset: z.string().max(20), missing: z.string().regex(/^\d+(\.\d+)?$/) });
const SEEN = z.strictObject({ seen: z.array(DIFFERENCE).max(10).optional() });
const NONE = z.strictObject({});
const START = z.strictObject({ realMoney: z.boolean().optional() });
const AMOUNT = z
  .string()
  .max(40)
  .regex(/^\d+(\.\d+)?$/);

/** Of a parked book; left out: the bot's own. */
const SYMBOL = z
  .string()
  .regex(/^[A-Z0-9_-]{1,40}$/)
  .exactOptional();

/** What each command may be told. */
const COMMANDS: Readonly<Record<Wanted['name'], z.ZodType<object>>> = {
  pause: NONE,
  resume: NONE,
  adopt: SEEN.extend({ symbol: SYMBOL }),
  ignore: SEEN.extend({ symbol: SYMBOL }),
  buy: z.strictObject({ amount: AMOUNT.exactOptional() }),
  sell: z.strictObject({ batch: z.int().min(1).exactOptional(), symbol: SYMBOL }),
  flatten: NONE,
  cancel: z.strictObject({
    order: z.string().min(1).max(40),
    again: z.boolean().exactOptional(),
    symbol: SYMBOL,
  }),
};
const MAKING = z.strictObject({ start: z.enum(['true', 'false']).optional() });
const LIMIT = z.strictObject({ limit: count(100, 1_000) });
const LOG = LIMIT.extend({
  search: z.string().max(200).default(''),
  level: z.enum(['info', 'warn', 'error']).default('info'),
});

function noBody(body: unknown): void {
  if (body === undefined || body === null) return;
  check(z.strictObject({}), body, 'body');
}

function asObject(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new RequestError(422, 'BODY_INVALID', 'The body must be a JSON object.');
}

/** `/api/bots…`: all that the pages do, for programs. */
export function apiBots(app: FastifyInstance, deps: ServerDeps, audience: () => Audience): void {
  const { store, fleet, data } = deps;

  const isSure = ({ who }: FastifyRequest): boolean => who !== null && deps.auth.isSure(who);

  async function answer(reply: FastifyReply, id: string, status = 200): Promise<FastifyReply> {
    const view = await store.fresh(id);
    if (view === undefined) throw notFound(id);
    return reply.status(status).send(view);
  }

  app.get('/bots', needs('viewer'), async (request, reply) => {
    check(NO_QUERY, request.query, 'query');
    return reply.type('application/json; charset=utf-8').send(audience().bodies.bots());
  });

  app.post('/bots', needs('trader'), async (request, reply) => {
    const { start } = check(MAKING, request.query, 'query');
    const config = asObject(request.body);
    const id = typeof config['id'] === 'string' ? config['id'] : '';
    await makeBot(deps, config, { start: start === 'true', realMoney: isSure(request) });
    void reply.status(201).header('location', `/api/bots/${id}`);
    return { ...(await existing(deps, id)), warnings: await fleet.warnings(id) };
  });

  app.get('/bots/:id', needs('viewer', 'bot'), async (request, reply) => {
    check(NO_QUERY, request.query, 'query');
    return answer(reply, botId(request.params));
  });

  app.patch('/bots/:id', needs('trader', 'bot'), async (request) => {
    const id = botId(request.params);
    check(NO_QUERY, request.query, 'query');
    await existing(deps, id);
    const edit = changesOf(asObject(request.body));
    await fleet.edit(id, edit);
    await store.refresh(id);
    const toldOf = edit.changes?.some(({ path }) => path === 'budget') ?? false;
    return { ...(await existing(deps, id)), warnings: toldOf ? await fleet.warnings(id) : [] };
  });

  app.delete('/bots/:id', needs('trader', 'bot'), async (request, reply) => {
    const id = botId(request.params);
    const { force } = check(FORCE, request.query, 'query');
    noBody(request.body);
    await existing(deps, id);
    await fleet.delete(id, { force: force === 'true' });
    await store.refresh(id);
    return reply.status(204).send();
  });

  app.get('/bots/:id/preflight', needs('trader', 'bot'), async (request) => {
    const id = botId(request.params);
    check(NO_QUERY, request.query, 'query');
    await existing(deps, id);
    return fleet.preflight(id);
  });

  for (const action of ['start', 'stop', 'restart'] as const) {
    app.post(`/bots/:id/${action}`, needs('trader', 'bot'), async (request, reply) => {
      const id = botId(request.params);
      check(NO_QUERY, request.query, 'query');
      const { realMoney = false } = check(action === 'start' ? START : NONE, request.body ?? {}, 'body') as {
        realMoney?: boolean;
      };
      await existing(deps, id);
      if (action === 'start') await fleet.start(id, { realMoney: realMoney && isSure(request) });
      else await fleet[action](id);
      await store.refreshWithProcess(id);
      return answer(reply, id);
    });
  }

  for (const [name, body] of Object.entries(COMMANDS)) {
    app.post(`/bots/:id/${name}`, needs('trader', 'bot'), async (request, reply) => {
      const id = botId(request.params);
      check(NO_QUERY, request.query, 'query');
      const wanted = check(body, request.body ?? {}, 'body');
      await existing(deps, id);
      const { uuid, answer, message } = await fleet.command(id, { name, ...wanted } as Wanted);
      await store.refresh(id);
      const view = await existing(deps, id);
      return reply.send({ ...view, command: { uuid, done: answer !== null, message } });
    });
  }

  app.get('/bots/:id/log', needs('viewer', 'bot'), async (request, reply) => {
    const id = botId(request.params);
    const { limit, search, level } = check(LOG, request.query, 'query');
    await existing(deps, id);
    if (search === '' && level === 'info') return { lines: await deps.readLog(data, id, limit) };
    const signal = whileWaiting(reply);
    return searchLog(data, id, { text: search, level, limit, signal });
  });

  app.get('/bots/:id/decisions', needs('viewer', 'bot'), async (request) => {
    const id = botId(request.params);
    const { limit } = check(LIMIT, request.query, 'query');
    await existing(deps, id);
    return { decisions: await deps.readDecisions(data, id, limit) };
  });
}

/** The bot, never older than its files; 404 when there is none. */
export async function existing(
  deps: Pick<ServerDeps, 'store'>,
  id: string,
): Promise<NonNullable<ReturnType<ServerDeps['store']['get']>>> {
  const view = await deps.store.fresh(id);
  if (view === undefined) throw notFound(id);
  return view;
}
