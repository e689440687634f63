import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { enteredPage, loginPage, setupPage, surePage } from '../../views/sign-in.js';
import { actor } from '../audit/actor.js';
import type { User } from '../auth/users.js';
import { same } from '../auth/secrets.js';
import { FlotillaError } from '../fleet/errors.js';
import type { PageKit } from '../page-kit.js';
import { RequestError } from '../web/errors.js';
import { fieldsOf, type FormFields } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { sendHtml, texts } from './pages.js';

const WRONG = 'That name or password is not right.';
const WRONG_WITH_CODES = 'That name, password or one-time code is not right.';

/** A path of this server; anything else leads to the fleet. */
function safePath(text: string | undefined): string {
  return text !== undefined && text.length < 500 && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text)
    ? text
    : '/';
}

/** Who was wrong too often is told when to come back. */
function waitWords(reply: FastifyReply, wait: number): string {
  const seconds = Math.ceil(wait / 1_000);
  void reply.header('retry-after', String(seconds));
  return `Too many tries. The next one counts in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
}

/** Signing in and out, the first user, and the password once more. */
export function signInPages(app: FastifyInstance, kit: PageKit): void {
  const { auth } = kit.deps;
  /** Of forms that are filled in before there is a session. */
  const mark = auth.formMark(null);

  /** A new session under a new id, whatever cookie came with the request. */
  const open = async (
    request: FastifyRequest,
    reply: FastifyReply,
    user: User,
    sure: boolean,
  ): Promise<void> => {
    if (request.who?.via === 'session') await auth.sessions.close(request.who.key);
    const agent = String(request.headers['user-agent'] ?? '');
    const id = await auth.sessions.open(user, { address: request.client, agent, sure });
    void reply.header('set-cookie', kit.cookies.set(request, id));
  };

  /** Whether the form asks for a code: the same for everybody, so that it tells of nobody. */
  const codes = (): boolean => auth.users.all().some(({ totp }) => totp !== null);

  app.get('/login', needs('nobody'), async (request, reply) => {
    const then = safePath(texts(request.query)['then']);
    if (request.who !== null) return reply.redirect(then, 303);
    const idle = auth.sessions.endedIdle(kit.cookies.read(request));
    const model = { token: mark, then, empty: !auth.users.some(), codes: codes(), idle };
    return sendHtml(reply, loginPage(model));
  });

  app.post('/login', needs('nobody'), async (request, reply) => {
    const { name = '', password = '', code = '', then } = fieldsOf(request);
    const { user, wait } = await auth.logIn({ name, password, code }, request.client);
    if (user === null) {
      const problem = wait > 0 ? waitWords(reply, wait) : codes() ? WRONG_WITH_CODES : WRONG;
      const page = loginPage({ token: mark, then: safePath(then), problem, name, codes: codes() });
      return sendHtml(reply, page, wait > 0 ? 429 : 401);
    }
    await open(request, reply, user, true);
    return reply.redirect(safePath(then), 303);
  });

  app.post('/logout', needs('viewer'), async (request, reply) => {
    if (request.who?.via === 'session') await auth.sessions.close(request.who.key);
    const event = { action: 'logout', about: null, outcome: 'done', details: {} } as const;
    await auth.audit.note({ ...actor(), ...event });
    kit.deps.streams.sweep();
    void reply.header('set-cookie', kit.cookies.set(request, ''));
    void reply.header('clear-site-data', '"cache"');
    return reply.redirect('/login', 303);
  });

  const checkCode = (code: string): void => {
    if (auth.users.all().length === 0 && same(code, auth.setupCode)) return;
    throw new RequestError(
      404,
      'NOT_FOUND',
      'This set-up link is used up, or belongs to a former start. Sign in, or see what flotilla up prints.',
    );
  };

  app.get('/setup', needs('nobody'), async (request, reply) => {
    const { code = '' } = texts(request.query);
    checkCode(code);
    return sendHtml(reply, setupPage({ token: mark, then: '/', code }));
  });

  app.post('/setup', needs('nobody'), async (request, reply) => {
    const { code = '', name = '', password = '', again = '' } = fieldsOf(request);
    checkCode(code);
    try {
      if (password !== again)
        throw new FlotillaError('PASSWORD_REFUSED', 'The two passwords differ.', { field: 'again' });
      const user = await auth.users.add({ name, role: 'admin', password }, { onlyFirst: true });
      await open(request, reply, user, true);
      return reply.redirect('/', 303);
    } catch (error) {
      if (!(error instanceof FlotillaError) || error.httpStatus !== 422) throw error;
      const model = { token: mark, then: '/', problem: error.message, name, code };
      return sendHtml(reply, setupPage(model), 422);
    }
  });

  app.get('/enter', needs('nobody'), async (request, reply) => {
    const { code = '' } = texts(request.query);
    const user = auth.users.named('demo');
    if (auth.enterCode === null || !same(code, auth.enterCode) || user === undefined || user.disabled)
      throw new RequestError(404, 'NOT_FOUND', 'This link belongs to a demo that has ended.');
    await open(request, reply, user, false);
    return sendHtml(reply, enteredPage());
  });

  const sure = (request: FastifyRequest, given: FormFields, problem?: string) => {
    const { then, kept = '' } = given;
    const isKept = kit.kept.addressOf(request.who?.key ?? '', kept) !== null;
    return surePage({
      ...{ token: kit.token, then: safePath(then), name: request.who?.name ?? '' },
      ...(isKept ? { kept } : {}),
      ...(problem === undefined ? {} : { problem }),
    });
  };

  app.get('/sure', needs('viewer'), async (request, reply) =>
    sendHtml(reply, sure(request, texts(request.query))),
  );

  app.post('/sure', needs('viewer'), async (request, reply) => {
    const fields = fieldsOf(request);
    const { password = '', then, kept = '' } = fields;
    const { who } = request;
    if (who?.via !== 'session')
      throw new RequestError(403, 'PASSWORD_REQUIRED', 'An API token cannot do this.');
    const { right, wait } = await auth.isPassword(who, password);
    if (right) {
      await auth.sessions.makeSure(who.key);
      const address = kit.kept.addressOf(who.key, kept);
      // The browser sends the same again to where the form had been sent, and there the kept one takes its place.
      return address === null ? reply.redirect(safePath(then), 303) : reply.redirect(address, 307);
    }
    const problem = wait > 0 ? waitWords(reply, wait) : 'That is not your password.';
    return sendHtml(reply, sure(request, fields, problem), wait > 0 ? 429 : 401);
  });
}
