import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { countedAs } from './addresses.js';
import { RequestError } from './errors.js';

/** More than the dashboard or a person ever asks for, less than would keep others from being answered. */
export const API_REQUESTS_A_MINUTE = 600;

/**
 * Counts requests to `/api/`: of a user's sessions together, of each API token, and of each address that signed in as
 * nobody. The token of the start is not counted, since who has it may stop the server anyway; pages and their event
 * streams have caps of their own. Errors: TOO_MANY_REQUESTS (429, with `Retry-After`).
 */
export function limitApi(app: FastifyInstance): void {
  void app.register(rateLimit, { global: false });
  let count: ReturnType<FastifyInstance['createRateLimit']> | undefined;
  app.after(() => {
    count = app.createRateLimit({ max: API_REQUESTS_A_MINUTE, timeWindow: 60_000, keyGenerator: keyOf });
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/') || request.who?.via === 'run') return;
    const result = await count?.(request);
    if (result === undefined || result.isAllowed || !result.isExceeded) return;
    const seconds = Math.max(1, result.ttlInSeconds);
    void reply.header('retry-after', String(seconds));
    throw new RequestError(
      429,
      'TOO_MANY_REQUESTS',
      `More than ${API_REQUESTS_A_MINUTE} requests within a minute. The next one is answered in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    );
  });
}

function keyOf({ who, client }: FastifyRequest): string {
  if (who === null) return `address ${countedAs(client)}`;
  return who.via === 'token' ? `token ${who.key}` : `user ${who.id}`;
}
