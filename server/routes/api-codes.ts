import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { User } from '../auth/users.js';
import type { ServerDeps } from '../deps.js';
import { check, NO_QUERY } from '../web/check.js';
import { RequestError } from '../web/errors.js';
import { needs } from '../web/needs.js';

const CODE = z.strictObject({ code: z.string().max(100) });

/** One's own one-time codes, and an end of another user's. */
export function apiCodes(app: FastifyInstance, { auth }: ServerDeps): void {
  const { codes, users } = auth;
  const me = (request: FastifyRequest): User => {
    const user = users.get(request.who?.id ?? '');
    if (user !== undefined) return user;
    throw new RequestError(403, 'NO_USER', 'The token of this start is no user; sign in as one.');
  };

  app.get('/me/codes', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    const { totp } = me(request);
    return { on: totp !== null, recoveryLeft: totp?.recovery.length ?? 0 };
  });

  app.post('/me/codes', needs('viewer', 'sure'), async (request, reply) =>
    reply.status(201).send(codes.begin(me(request))),
  );

  app.put('/me/codes', needs('viewer', 'sure'), async (request) => {
    const { code } = check(CODE, request.body, 'body');
    return { recovery: await codes.confirm(me(request), code) };
  });

  app.delete('/me/codes', needs('viewer', 'sure'), async (request, reply) => {
    await codes.turnOff(me(request));
    return reply.status(204).send();
  });

  app.delete('/users/:user/codes', needs('admin', 'sure'), async (request, reply) => {
    const { user = '' } = request.params as { user?: string };
    await codes.turnOff(users.existing(user));
    return reply.status(204).send();
  });
}
