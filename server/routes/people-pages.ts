import { encode } from 'uqr';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { auditPage } from '../../views/audit.js';
import { mePage, usersPage } from '../../views/people.js';
import { actor } from '../audit/actor.js';
import { AUDIT_QUERY, filterOf } from '../audit/shown.js';
import { MOST_DAYS } from '../auth/tokens.js';
import { isRole, type User } from '../auth/users.js';
import { FlotillaError } from '../fleet/errors.js';
import type { PageKit } from '../page-kit.js';
import { check } from '../web/check.js';
import { fieldsOf } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { shownUser } from './api-people.js';
import { sendHtml, texts } from './pages.js';

interface Said {
  readonly problem?: string;
  readonly done?: string;
  readonly fresh?: string;
  readonly recovery?: readonly string[];
  /** A new user as typed, without the password. */
  readonly typed?: { readonly name: string; readonly role: string };
}

/** Users, one's own sign-in, and the audit log, as pages. */
export function peoplePages(app: FastifyInstance, { deps, models }: PageKit): void {
  const { auth } = deps;
  const { users, tokens, sessions, audit } = auth;

  /** What came of a form, in the words of its mistake where it was one. */
  const tried = async (work: () => Promise<Said>): Promise<Said> =>
    work().catch((error: unknown) => {
      if (error instanceof FlotillaError && error.httpStatus < 500) return { problem: error.message };
      throw error;
    });
  const noted = (action: string, about: string | null, details: object): Promise<void> =>
    audit.note({ ...actor(), action, about, outcome: 'done', details: { ...details } });
  const status = ({ problem }: Said): number => (problem === undefined ? 200 : 422);

  const showUsers = (reply: FastifyReply, said: Said = {}): FastifyReply =>
    sendHtml(
      reply,
      usersPage({ ...models.page(), users: users.all().map(shownUser), ...said }),
      status(said),
    );

  app.get('/users', needs('admin'), async (_request, reply) => showUsers(reply));

  app.post('/users', needs('admin', 'sure'), async (request, reply) => {
    const { name = '', role, password = '' } = fieldsOf(request);
    const said = await tried(async () => {
      const user = await users.add({ name, role: isRole(role) ? role : 'viewer', password });
      return { done: `${user.name} may sign in as ${user.role}.` };
    });
    const typed = { name: name.slice(0, 64), role: isRole(role) ? role : 'viewer' };
    return showUsers(reply, said.problem === undefined ? said : { ...said, typed });
  });

  app.post('/users/:user', needs('admin', 'sure'), async (request, reply) => {
    const { act, role, password = '' } = fieldsOf(request);
    const said = await tried(async () => {
      const { id, name } = users.existing(String((request.params as { user?: string }).user));
      if (act === 'role' && isRole(role)) await users.setRole(id, role);
      if (act === 'disable' || act === 'enable') await users.setDisabled(id, act === 'disable');
      if (act === 'no-totp') await auth.codes.turnOff(users.existing(id));
      if (act === 'password') await users.setPassword(id, password);
      return { done: `Done: ${name}.` };
    });
    return showUsers(reply, said);
  });

  const me = (request: FastifyRequest): User => users.existing(request.who?.id ?? '');
  const begunCodes = (request: FastifyRequest) => {
    const begun = auth.codes.begun(me(request));
    return begun && { secret: begun.secret, qr: encode(begun.address, { border: 4 }).data };
  };
  /** `settingUp`: with the secret that was begun, for who has just given the password. */
  const showMe = (
    request: FastifyRequest,
    reply: FastifyReply,
    said: Said = {},
    settingUp = false,
  ): FastifyReply => {
    const { id, totp } = me(request);
    const { recovery, ...words } = said;
    const codes = {
      on: totp !== null,
      recoveryLeft: totp?.recovery.length ?? 0,
      begun: settingUp ? begunCodes(request) : undefined,
      recovery,
    };
    const own = sessions.of(id).map(({ hash, seen, address, agent }) => {
      return { id: hash.slice(0, 12), seen, address, agent, current: hash === request.who?.key };
    });
    return sendHtml(
      reply,
      mePage({ ...models.page(), tokens: tokens.of(id), sessions: own, codes, ...words }),
      status(said),
    );
  };

  app.get('/me', needs('viewer'), async (request, reply) => showMe(request, reply));

  app.post('/me/password', needs('viewer'), async (request, reply) => {
    const { present = '', password = '' } = fieldsOf(request);
    const { who } = request;
    const said = await tried(async () => {
      const { right, wait } = who === null ? { right: false, wait: 0 } : await auth.isPassword(who, present);
      if (!right)
        return {
          problem: wait > 0 ? 'Too many tries; wait a minute.' : 'That is not your present password.',
        };
      await users.setPassword(me(request).id, password);
      return {};
    });
    return said.problem === undefined ? reply.redirect('/login', 303) : showMe(request, reply, said);
  });

  app.post('/me/codes', needs('viewer', 'sure'), async (request, reply) => {
    const { act, code = '' } = fieldsOf(request);
    const said = await tried(async () => {
      if (act === 'confirm') return { recovery: await auth.codes.confirm(me(request), code) };
      if (act === 'begin') auth.codes.begin(me(request));
      if (act === 'off') await auth.codes.turnOff(me(request));
      return act === 'off' ? { done: 'One-time codes are off: your password alone signs you in.' } : {};
    });
    return showMe(request, reply, said, act === 'begin' || act === 'confirm');
  });

  app.post('/me/sessions/:session', needs('viewer'), async (request, reply) => {
    const { session } = request.params as { session?: string };
    const found = sessions.of(me(request).id).find(({ hash }) => hash.slice(0, 12) === session);
    if (found !== undefined) {
      await sessions.close(found.hash);
      await noted('session.revoke', null, { address: found.address });
    }
    return reply.redirect('/me', 303);
  });

  app.post('/me/tokens', needs('viewer', 'sure'), async (request, reply) => {
    const { name = '', role, days = '' } = fieldsOf(request);
    const said = await tried(async () => {
      const [lasts, scope] = [Number(days), isRole(role) ? role : 'viewer'];
      if (!Number.isInteger(lasts) || lasts < 1 || lasts > MOST_DAYS)
        return { problem: `A token lasts 1 to ${MOST_DAYS} days.` };
      const { token, made } = await tokens.add(me(request), { name: name.slice(0, 60), scope, days: lasts });
      await noted('token.add', made.name, { id: made.id, scope, expires: made.expires });
      return { fresh: token };
    });
    return showMe(request, reply, said);
  });

  app.post('/me/tokens/:token', needs('viewer'), async (request, reply) => {
    const { token = '' } = request.params as { token?: string };
    if (await tokens.revoke(me(request).id, token)) await noted('token.revoke', null, { id: token });
    return reply.redirect('/me', 303);
  });

  app.get('/audit', needs('admin'), async (request, reply) => {
    const { user = '', action = '', about = '', from = '', to = '' } = texts(request.query);
    const filter = { user, action, about, from, to };
    const query = check(AUDIT_QUERY, filter, 'query');
    const [head, entries] = await Promise.all([audit.head(), audit.list(filterOf(query), query.limit)]);
    return sendHtml(reply, auditPage({ ...models.page(), head, entries, filter }));
  });
}
