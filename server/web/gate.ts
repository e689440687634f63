import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Auth } from '../auth/auth.js';
import { onBehalfOf, type Who } from '../auth/context.js';
import { covers, type Role } from '../auth/users.js';
import { RequestError } from './errors.js';
import { isHtmx } from './forms.js';
import { isOfApi } from './kept-forms.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null for nobody. */
    who: Who | null;
  }
}

export interface GateOptions {
  readonly auth: Auth;
  /** What somebody may do with a bot: nothing (it does not exist for them), look at it, or all. */
  readonly access: (who: Who, bot: string) => 'own' | 'read' | null;
}

/** Tells who asks, by `cookie` (the session's in a request) or token; lets everybody through. */
export function recognise(
  app: FastifyInstance,
  auth: Auth,
  cookie: (request: FastifyRequest) => string | undefined,
): void {
  app.decorateRequest('who', null);
  app.addHook('onRequest', (request, _reply, done) => {
    try {
      const who = (request.who = auth.who(request, cookie(request)));
      if (who?.via === 'session' && isUsed(request)) auth.sessions.touch(who.key);
    } catch (error) {
      return done(error as Error);
    }
    done();
  });
}

/** Lets a request through to its route if whoever asks may take it; what follows is done on their behalf. */
export function gate(app: FastifyInstance, { auth, access }: GateOptions): void {
  app.addHook('onRequest', (request, reply, done) => {
    let passes: boolean;
    try {
      const { who } = request;
      passes = signedInEnough(request, reply, who, auth);
      if (passes && who !== null) checkBot(request, who, access);
    } catch (error) {
      return done(error as Error);
    }
    if (passes) onBehalfOf(request.who, done);
  });
  // Reading a body leaves the context of the hook before.
  app.addHook('preValidation', (request, _reply, done) => onBehalfOf(request.who, done));
  // A form is read first, so that it can be kept while its sender gives the password.
  app.addHook('preHandler', async ({ routeOptions, who }) => {
    if (routeOptions.config.sure === true && (who === null || !auth.isSure(who))) throw passwordRequired();
  });
}

/** A page that refreshes itself is no sign of its user. */
function isUsed({ url, method }: FastifyRequest): boolean {
  return method !== 'GET' || !/^\/(api\/|events|bots\/[^/]+\/events|public\/|vendor\/)/.test(url);
}

/** False when it was answered here (sent to sign in). Errors: SIGN_IN_REQUIRED, ROLE_REFUSED, PASSWORD_REQUIRED. */
function signedInEnough(request: FastifyRequest, reply: FastifyReply, who: Who | null, auth: Auth): boolean {
  const { needs, sure } = request.routeOptions.config;
  // What is no route is nothing to be kept from anybody.
  if (needs === undefined || needs === 'nobody') return true;
  if (who === null) return sendToSignIn(request, reply);
  if (!covers(who.role, needs)) throw new RequestError(403, 'ROLE_REFUSED', roleWords(who.role, needs));
  const isForm = request.method === 'POST' && !isOfApi(request.routeOptions.url);
  if (sure === true && !isForm && !auth.isSure(who)) return askPassword(request, reply);
  return true;
}

function roleWords(role: Role, needed: Role): string {
  const may = { viewer: 'look', trader: 'trade', admin: 'manage' }[needed];
  return `Your role is ${role}; this is for those who may ${may} (${needed}). An admin can change that.`;
}

function isPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html') && !request.url.startsWith('/api/');
}

function sendToSignIn(request: FastifyRequest, reply: FastifyReply): false {
  if (isHtmx(request)) void reply.header('hx-redirect', '/login');
  else if (isPage(request)) {
    const then =
      request.method === 'GET' && request.url !== '/' ? `?then=${encodeURIComponent(request.url)}` : '';
    void reply.redirect(`/login${then}`, 303);
    return false;
  }
  void reply.header('www-authenticate', 'Bearer');
  throw new RequestError(
    401,
    'SIGN_IN_REQUIRED',
    'Sign in first. Programs send Authorization: Bearer with an API token; flotilla up --json prints one.',
  );
}

function askPassword(request: FastifyRequest, reply: FastifyReply): false {
  const address = `/sure?then=${encodeURIComponent(request.url)}`;
  if (isHtmx(request)) void reply.header('hx-redirect', address);
  else if (isPage(request)) {
    void reply.redirect(address, 303);
    return false;
  }
  throw passwordRequired();
}

/** What keeps a form waiting for its sender's password, and says so to a program. */
export const passwordRequired = (): RequestError =>
  new RequestError(
    403,
    'PASSWORD_REQUIRED',
    'This asks for your password once more. Give it at /sure and repeat; an API token cannot do this.',
  );

/** Errors: BOT_NOT_FOUND for who may not see it, BOT_OF_ANOTHER for who may only look. */
function checkBot(request: FastifyRequest, who: Who, access: GateOptions['access']): void {
  const { needs, bot } = request.routeOptions.config;
  if (bot !== true) return;
  const { id = '' } = request.params as { id?: string };
  const may = access(who, id);
  if (may === null)
    throw new RequestError(404, 'BOT_NOT_FOUND', `There is no bot "${id.slice(0, 60)}".`, 'id');
  if (needs !== 'viewer' && may !== 'own')
    throw new RequestError(
      403,
      'BOT_OF_ANOTHER',
      `${id} is shared with you to look at; only its owner or an admin can change it.`,
      'id',
    );
}
