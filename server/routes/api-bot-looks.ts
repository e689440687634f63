import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { BotView } from '../../bot/files/view.js';
import { isInterval, type Interval } from '../../core/kline.js';
import type { VenueName } from '../../exchange/port.js';
import { readConfig } from '../fleet/configs.js';
import type { ServerDeps } from '../deps.js';
import { chartOf, klinesFor } from '../web/chart.js';
import { equityLine } from '../web/equity-line.js';
import { botId, check, count, NO_QUERY } from '../web/check.js';
import { RequestError } from '../web/errors.js';
import { needs } from '../web/needs.js';
import { existing } from './api-bots.js';

const KLINES = z.strictObject({ limit: count(300, 500) });

/** What a bot's page draws of its market: candles with indicators and trades, and what became of its money. */
export function apiBotLooks(app: FastifyInstance, deps: ServerDeps): void {
  const { data, markets } = deps;

  app.get('/bots/:id/klines', needs('viewer', 'bot'), async (request) => {
    const id = botId(request.params);
    const { limit } = check(KLINES, request.query, 'query');
    const bot = await existing(deps, id);
    const interval = intervalOf(bot);
    const config = await readConfig(data, id).catch(() => null);
    const wanted = klinesFor(limit, config);
    const klines = await markets.klines(bot.venue as VenueName, bot.symbol, interval, wanted);
    return chartOf(bot, klines, { config, limit });
  });

  app.get('/bots/:id/equity', needs('viewer', 'bot'), async (request) => {
    const id = botId(request.params);
    check(NO_QUERY, request.query, 'query');
    const bot = await existing(deps, id);
    intervalOf(bot);
    return (await equityLine(data, bot, markets)) ?? { points: [] };
  });
}

/** Errors: CONFIG_INVALID for a bot whose settings name no market. */
function intervalOf({ id, interval, symbol }: BotView): Interval {
  if (isInterval(interval) && symbol !== '') return interval;
  throw new RequestError(
    409,
    'CONFIG_INVALID',
    `The config of ${id} is not valid, so it has no klines to show.`,
    'id',
  );
}
