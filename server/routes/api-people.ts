import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actor } from '../audit/actor.js';
import { AUDIT_QUERY, csvOf, filterOf, withWords } from '../audit/shown.js';
import type { Session } from '../auth/sessions.js';
import { MOST_DAYS, type Token } from '../auth/tokens.js';
import { ROLES, type User } from '../auth/users.js';
import { BotAccess } from '../access.js';
import type { ServerDeps } from '../deps.js';
import { FlotillaError } from '../fleet/errors.js';
import { botId, check, NO_QUERY } from '../web/check.js';
import { RequestError } from '../web/errors.js';
import { needs } from '../web/needs.js';
import { existing } from './api-bots.js';

const NEW_USER = z.strictObject({
  name: z.string().max(64),
  role: z.enum(ROLES),
  password: z.string().max(1_000),
});
const USER_CHANGE = z.strictObject({
  role: z.enum(ROLES).optional(),
  disabled: z.boolean().optional(),
  password: z.string().max(1_000).optional(),
});
const NEW_TOKEN = z.strictObject({
  name: z.string().min(1).max(60),
  scope: z.enum(ROLES),
  days: z.int().min(1).max(MOST_DAYS),
});
const ACCESS = z.strictObject({
  owner: z.string().max(64).nullable().optional(),
  shared: z.union([z.literal('everyone'), z.array(z.string().max(64)).max(200)]).optional(),
});

/** A user without anything secret. */
export function shownUser({ id, name, role, disabled, totp, created }: User) {
  return { id, name, role, disabled, totp: totp !== null, created };
}

const shownToken = ({ id, name, scope, created, expires, lastFour }: Token) => ({
  id,
  name,
  scope,
  created,
  expires,
  lastFour,
});

/** A session is named by the beginning of what it is kept under. */
const shownSession = (request: FastifyRequest) => (session: Session) => ({
  id: session.hash.slice(0, 12),
  created: session.created,
  seen: session.seen,
  address: session.address,
  agent: session.agent,
  current: session.hash === request.who?.key,
});

/** Users, tokens, sessions, who may see which bot, and the audit log. */
export function apiPeople(app: FastifyInstance, deps: ServerDeps): void {
  const { auth, owners } = deps;
  const { users, tokens, sessions, audit } = auth;

  const noted = (action: string, about: string | null, details: object = {}): Promise<void> =>
    audit.note({ ...actor(), action, about, outcome: 'done', details: { ...details } });

  const me = (request: FastifyRequest): User => {
    const user = users.get(request.who?.id ?? '');
    if (user !== undefined) return user;
    throw new RequestError(403, 'NO_USER', 'The token of this start is no user; sign in as one.');
  };

  app.get('/me', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    const { id = '', name = '', role = 'viewer', via = 'session' } = request.who ?? {};
    return { id, name, role, via };
  });

  app.get('/users', needs('admin'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return { users: users.all().map(shownUser) };
  });

  app.post('/users', needs('admin', 'sure'), async (request, reply) => {
    const wanted = check(NEW_USER, request.body, 'body');
    return reply.status(201).send(shownUser(await users.add(wanted)));
  });

  app.patch('/users/:user', needs('admin', 'sure'), async (request) => {
    const { user = '' } = request.params as { user?: string };
    const { role, disabled, password } = check(USER_CHANGE, request.body, 'body');
    const { id } = users.existing(user);
    if (role !== undefined) await users.setRole(id, role);
    if (disabled !== undefined) await users.setDisabled(id, disabled);
    if (password !== undefined) await users.setPassword(id, password);
    return shownUser(users.existing(id));
  });

  app.get('/tokens', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return { tokens: tokens.of(me(request).id).map(shownToken) };
  });

  app.post('/tokens', needs('viewer', 'sure'), async (request, reply) => {
    const { token, made } = await tokens.add(me(request), check(NEW_TOKEN, request.body, 'body'));
    await noted('token.add', made.name, { id: made.id, scope: made.scope, expires: made.expires });
    return reply.status(201).send({ ...shownToken(made), token });
  });

  app.delete('/tokens/:token', needs('viewer'), async (request, reply) => {
    const { token = '' } = request.params as { token?: string };
    if (await tokens.revoke(me(request).id, token)) {
      await noted('token.revoke', null, { id: token });
      return reply.status(204).send();
    }
    throw new RequestError(404, 'TOKEN_NOT_FOUND', 'You have no such token.', 'token');
  });

  app.get('/sessions', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return { sessions: sessions.of(me(request).id).map(shownSession(request)) };
  });

  app.delete('/sessions/:session', needs('viewer'), async (request, reply) => {
    const { session = '' } = request.params as { session?: string };
    const found = sessions.of(me(request).id).find(({ hash }) => hash.slice(0, 12) === session);
    if (found === undefined)
      throw new RequestError(404, 'SESSION_NOT_FOUND', 'You have no such session.', 'session');
    await sessions.close(found.hash);
    await noted('session.revoke', null, { address: found.address });
    return reply.status(204).send();
  });

  const access = new BotAccess(owners, users, audit);

  app.get('/bots/:id/access', needs('trader', 'bot'), async (request) => {
    const { id } = await existing(deps, botId(request.params));
    return access.of(id);
  });

  app.put('/bots/:id/access', needs('trader', 'bot'), async (request) => {
    const { id } = await existing(deps, botId(request.params));
    const { owner, shared } = check(ACCESS, request.body, 'body');
    if (owner !== undefined && request.who?.role !== 'admin')
      throw new FlotillaError('OWNER_REFUSED', 'Only an admin gives a bot to another user.', {
        field: 'owner',
      });
    return access.change(id, {
      ...(owner === undefined ? {} : { owner }),
      ...(shared === undefined ? {} : { shared }),
    });
  });

  app.get('/audit', needs('admin'), async (request) => {
    const query = check(AUDIT_QUERY, request.query, 'query');
    const entries = await audit.list(filterOf(query), query.limit);
    return { head: await audit.head(), entries: entries.map(withWords) };
  });

  app.get('/audit.csv', needs('admin'), async (request, reply) => {
    const query = check(AUDIT_QUERY, request.query, 'query');
    void reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="audit.csv"');
    return reply.send(csvOf(audit.entries(filterOf(query))));
  });
}
