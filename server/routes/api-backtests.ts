import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { refuseUnknownSymbol } from '../backtests/known-symbol.js';
import { listSources } from '../backtests/sources.js';
import { isRunId } from '../backtests/folder.js';
import { unknownRun, type BacktestRuns } from '../backtests/runs.js';
import { settingsOf } from '../backtests/settings.js';
import type { BacktestModels } from '../backtests/models.js';
import type { Run } from '../backtests/types.js';
import { compare } from '../backtests/compare.js';
import type { ServerDeps } from '../deps.js';
import { check, NO_QUERY } from '../web/check.js';
import { needs } from '../web/needs.js';

const BOT = z.strictObject({ id: z.string().max(60), name: z.string().max(80).exactOptional() });
const PAIR = z.strictObject({ a: z.string().max(40), b: z.string().max(40) });

/** The id in a path; anything else cannot exist, so it is not found. */
export function runIdOf(params: unknown): string {
  const { id } = params as { id?: unknown };
  if (isRunId(id)) return id;
  throw unknownRun(typeof id === 'string' ? id : '');
}

/** The config of a bot with the settings of a run. */
function botConfigOf({ settings }: Run, { id, name }: { id: string; name?: string }): object {
  const { symbol, interval, budget, signal, plan, risk } = settings;
  return {
    id,
    ...(name === undefined ? {} : { name }),
    symbol,
    interval,
    budget,
    signal,
    plan,
    risk,
  };
}

/** `/api/backtests…`: all that the pages do, for programs. */
export function apiBacktests(
  app: FastifyInstance,
  { data, backtests, fleet, markets, store }: ServerDeps,
  models: BacktestModels,
): void {
  app.get('/backtests', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return { runs: backtests.all() };
  });

  app.post('/backtests', needs('trader'), async (request, reply) => {
    check(NO_QUERY, request.query, 'query');
    const run = await backtests.start(await refuseUnknownSymbol({ data, markets }, settingsOf(request.body)));
    return reply.status(201).header('location', `/api/backtests/${run.id}`).send({ run });
  });

  app.get('/backtests/sources', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return { sources: await listSources(data) };
  });

  app.get('/backtests/compare', needs('viewer'), async (request) => {
    const { a, b } = check(PAIR, request.query, 'query');
    return compare(...(await models.compared([runIdOf({ id: a }), runIdOf({ id: b })])));
  });

  app.get('/backtests/:id', needs('viewer'), async (request) => {
    const id = runIdOf(request.params);
    check(NO_QUERY, request.query, 'query');
    const run = models.existing(id);
    return { run, report: run.state === 'done' ? await backtests.report(id) : null };
  });

  files(app, backtests);

  app.post('/backtests/:id/cancel', needs('trader'), async (request) => {
    const id = runIdOf(request.params);
    check(NO_QUERY, request.query, 'query');
    check(z.strictObject({}), request.body ?? {}, 'body');
    return { run: await backtests.cancel(id) };
  });

  app.post('/backtests/:id/bot', needs('trader'), async (request, reply) => {
    const run = models.existing(runIdOf(request.params));
    check(NO_QUERY, request.query, 'query');
    const wanted = check(BOT, request.body, 'body');
    await fleet.create(botConfigOf(run, wanted));
    await store.refresh(wanted.id);
    return reply
      .status(201)
      .header('location', `/api/bots/${wanted.id}`)
      .send(await store.fresh(wanted.id));
  });

  app.delete('/backtests/:id', needs('trader'), async (request, reply) => {
    const id = runIdOf(request.params);
    check(NO_QUERY, request.query, 'query');
    await backtests.delete(id);
    return reply.status(204).send();
  });
}

/** As the thread wrote them: they go out without being read here. */
function files(app: FastifyInstance, backtests: BacktestRuns): void {
  app.get('/backtests/:id/chart', needs('viewer'), async (request, reply) => {
    const id = runIdOf(request.params);
    check(NO_QUERY, request.query, 'query');
    return reply.type('application/json; charset=utf-8').send(await backtests.file(id, 'chart'));
  });

  app.get('/backtests/:id/trades.csv', needs('viewer'), async (request, reply) => {
    const id = runIdOf(request.params);
    check(NO_QUERY, request.query, 'query');
    return reply.type('text/csv; charset=utf-8').send(await backtests.file(id, 'trades'));
  });
}
