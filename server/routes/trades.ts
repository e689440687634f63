/** All fills and cycles of all bots: the page, `/api/trades` and the tables to take away. */
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { tradesPage } from '../../views/trades.js';
import { tradesSummary } from '../../views/trades-summary.js';
import type { ShownFill, TradesModel, TradesQuery } from '../../views/trades-model.js';
import type { ServerDeps } from '../deps.js';
import type { PageKit } from '../page-kit.js';
import { cursorFrom, cursorText, fillJson, fillPage } from '../trades/fills.js';
import { dayFrom, type TradeFilter } from '../trades/filter.js';
import { fillsCsv, lotsCsv } from '../trades/tables.js';
import { placesOf, symbolsOf, venueOf } from '../trades/markets.js';
import { Sums } from '../trades/sums.js';
import { check, count } from '../web/check.js';
import { RequestError } from '../web/errors.js';
import { needs } from '../web/needs.js';
import { sendHtml, texts } from './pages.js';

const day = z
  .string()
  .refine((text) => dayFrom(text) !== null, 'must be a day such as 2024-03-07')
  .transform((text) => dayFrom(text) ?? 0)
  .optional();
const name = z.string().max(60).optional();
const FILTER = {
  bot: name,
  symbol: name,
  venue: name,
  tag: name,
  side: z.enum(['BUY', 'SELL']).optional(),
  from: day,
  to: day,
};
const TABLE = z.strictObject(FILTER);
const LIST = z.strictObject({ ...FILTER, after: z.string().max(80).optional(), limit: count(100, 1_000) });
const SUMMARY = z.strictObject({ ...FILTER, currency: name });

/** So long a page waits for its sums; then it comes without them, and they follow. */
const PATIENCE_MS = 250;
const ON_A_PAGE = 100;

const defined = <Given extends object>(given: Given): TradeFilter =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

export function apiTrades(app: FastifyInstance, { store, data }: ServerDeps): void {
  const sums = new Sums(data);

  app.get('/trades', needs('viewer'), async (request) => {
    const { after, limit, ...filter } = check(LIST, request.query, 'query');
    const cursor = after === undefined ? null : cursorFrom(after);
    if (after !== undefined && cursor === null)
      throw new RequestError(400, 'QUERY_INVALID', 'Parameter after: must be what `next` said.', 'after');
    const { fills, next } = fillPage(store.all(), defined(filter), cursor, limit);
    return { fills: fills.map(fillJson), next: next === null ? null : cursorText(next) };
  });

  app.get('/trades/summary', needs('viewer'), async (request) => {
    const { currency, ...filter } = check(SUMMARY, request.query, 'query');
    return sums.of(store.all(), defined(filter), currency);
  });

  const table = (reply: FastifyReply, file: string, rows: Readable): FastifyReply =>
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${file}.csv"`)
      .send(rows);

  app.get('/trades/fills.csv', needs('viewer'), async (request, reply) =>
    table(reply, 'fills', fillsCsv(store.all(), defined(check(TABLE, request.query, 'query')))),
  );

  app.get('/trades/lots.csv', needs('viewer'), async (request, reply) =>
    table(reply, 'lots', lotsCsv(store.all(), defined(check(TABLE, request.query, 'query')))),
  );
}

export function tradesPages(app: FastifyInstance, { deps, models }: PageKit): void {
  const summed = new Sums(deps.data);
  const sums = (query: TradesQuery) =>
    summed.of(deps.store.all(), filterFrom(query).filter, query['currency']);

  app.get('/trades', needs('viewer'), async (request, reply) => {
    const { after = '', wait, ...query } = asked(request);
    const { filter, problems } = filterFrom(query);
    const bots = deps.store.all();
    const { fills, next } = fillPage(bots, filter, cursorFrom(after), ON_A_PAGE);
    const later = cursorFrom(after) !== null;
    const summing = later ? null : sums(query);
    const summary = wait === 'yes' ? await summing : await Promise.race([summing, pause(PATIENCE_MS, null)]);
    const distinct = (of: (bot: (typeof bots)[number]) => readonly string[]): string[] =>
      [...new Set(bots.flatMap(of))].filter(Boolean).sort();
    const model: TradesModel = {
      ...models.page(),
      query,
      problems,
      choices: {
        bots: bots.map(({ id, name: title }) => ({ id, name: title })),
        symbols: distinct((bot) => [...symbolsOf(bot)]),
        venues: distinct((bot) => placesOf(bot).map(venueOf)),
        tags: distinct(({ tags }) => tags),
      },
      fills: fills.map((fill): ShownFill => fill),
      next: next === null ? null : cursorText(next),
      later,
      summary,
    };
    return sendHtml(reply, tradesPage(model), Object.keys(problems).length === 0 ? 200 : 422);
  });

  app.get('/trades/summary', needs('viewer'), async (request, reply) => {
    const query = asked(request);
    return sendHtml(reply, tradesSummary(await sums(query), query, deps.store.all()));
  });
}

const NAMES = [
  'bot',
  'symbol',
  'venue',
  'tag',
  'side',
  'from',
  'to',
  'currency',
  'month',
  'after',
  'wait',
] as const;

/** What was asked for, without what is empty or nobody knows. */
function asked(request: FastifyRequest): Record<string, string> {
  const given = texts(request.query);
  return Object.fromEntries(
    NAMES.flatMap((key) => {
      const value = (given[key] ?? '').trim().slice(0, 80);
      return value === '' ? [] : [[key, value]];
    }),
  );
}

/** A page takes what makes sense of a filter, and says what does not. */
function filterFrom(query: TradesQuery): { filter: TradeFilter; problems: Record<string, string> } {
  const { bot, symbol, venue, tag, side } = query;
  const problems: Record<string, string> = {};
  const dayIn = (key: 'from' | 'to'): number | undefined => {
    const text = query[key];
    if (text === undefined) return undefined;
    const found = dayFrom(text);
    if (found === null) problems[key] = `“${text}” is no day: write it like 2024-03-07.`;
    return found ?? undefined;
  };
  const [from, to] = [dayIn('from'), dayIn('to')];
  if (from !== undefined && to !== undefined && from > to)
    problems['to'] = 'The last day is before the first.';
  const filter = {
    bot,
    symbol,
    venue,
    tag,
    from,
    to,
    side: side === 'BUY' || side === 'SELL' ? side : undefined,
  };
  return { filter: defined(filter), problems };
}
