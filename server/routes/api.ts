import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { INTERVALS } from '../../core/kline.js';
import { VENUES } from '../../bot/config.js';
import { allStrategies, parametersOf } from '../../strategies/registry.js';
import type { ServerDeps } from '../deps.js';
import type { PageKit } from '../page-kit.js';
import { check, count, NO_QUERY } from '../web/check.js';
import { acceptJson } from '../web/json-body.js';
import { needs } from '../web/needs.js';
import { openApi } from '../web/openapi.js';
import { searchSymbols } from '../web/symbols.js';
import { apiBacktests } from './api-backtests.js';
import { apiBots } from './api-bots.js';
import { apiBulk } from './bulk.js';
import { apiBotLooks } from './api-bot-looks.js';
import { apiCaps } from './caps.js';
import { apiConfig } from './api-config.js';
import { apiHalt } from './halt.js';
import { apiCodes } from './api-codes.js';
import { apiDrafts } from './api-drafts.js';
import { apiPeople } from './api-people.js';
import { apiKeys } from './keys.js';
import { apiAccount } from './account.js';
import { apiSettings } from './settings.js';
import { apiTrades } from './trades.js';
import { apiWhy } from './why.js';

const SYMBOLS = z.strictObject({
  search: z.string().max(20).default(''),
  venue: z.enum(VENUES).default('paper'),
  limit: count(50, 200),
});

const MARKET_KLINES = z.strictObject({
  venue: z.enum(VENUES).default('paper'),
  symbol: z.string().regex(/^[A-Z0-9]{2,20}$/, 'must be a symbol such as BTCUSDT'),
  interval: z.enum(INTERVALS),
  limit: count(300, 500),
});

/** Signals, plans, their parameters and the intervals; nothing of it changes while the server runs. */
function strategies(): object {
  const described = (
    one: Parameters<typeof parametersOf>[0] & { name: string; title: string; description: string },
  ): object => ({
    name: one.name,
    title: one.title,
    description: one.description,
    parameters: parametersOf(one),
  });
  const { signals, plans } = allStrategies();
  return { signals: signals.map(described), plans: plans.map(described), intervals: INTERVALS };
}

/** Everything under `/api/`. */
export function api(
  app: FastifyInstance,
  deps: ServerDeps,
  {
    audience,
    backtests,
    decided,
    jobs,
    accounts,
    templates,
  }: Pick<PageKit, 'audience' | 'backtests' | 'decided' | 'jobs' | 'accounts' | 'templates'>,
): void {
  const { markets, now } = deps;
  const described = strategies();
  const document = openApi();

  // JSON only: a form or plain text on a JSON route is how another site's page would call it.
  app.removeContentTypeParser('text/plain');
  acceptJson(app);

  app.get('/overview', needs('viewer'), async (request, reply) => {
    check(NO_QUERY, request.query, 'query');
    return reply.type('application/json; charset=utf-8').send(audience().bodies.overview(now()));
  });

  apiBots(app, deps, audience);
  apiDrafts(app, deps, templates);
  apiConfig(app, deps);
  apiBulk(app, deps, jobs);
  apiHalt(app, deps);
  apiBotLooks(app, deps);
  apiCaps(app, deps, accounts);
  apiPeople(app, deps);
  apiCodes(app, deps);
  apiBacktests(app, deps, backtests);
  apiKeys(app, deps);
  apiWhy(app, { ...deps, decided });
  apiTrades(app, deps);
  apiAccount(app, accounts);
  apiSettings(app, deps);

  app.get('/symbols', needs('viewer'), async (request) => {
    const { search, venue, limit } = check(SYMBOLS, request.query, 'query');
    return { symbols: await searchSymbols(markets, { venue, search, limit }) };
  });

  app.get('/klines', needs('viewer'), async (request) => {
    const { venue, symbol, interval, limit } = check(MARKET_KLINES, request.query, 'query');
    return { klines: await markets.klines(venue, symbol, interval, limit) };
  });

  app.get('/strategies', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return described;
  });

  app.get('/openapi.json', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return document;
  });
}
