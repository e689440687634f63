import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyServerOptions } from 'fastify';
import type { AppDeps } from './deps.js';
import { makePageKit } from './page-kit.js';
import type { Reach } from './reach.js';
import { api } from './routes/api.js';
import { pages } from './routes/pages.js';
import { answerErrors } from './web/answer-errors.js';
import { limitApi } from './web/api-limit.js';
import { findAssets } from './web/assets.js';
import { errorBody, told } from './web/errors.js';
import { gate, recognise } from './web/gate.js';
import { declareAll, needs, refuseUndeclared } from './web/needs.js';
import { secure, securityHeaders } from './web/security.js';
import { VENDOR } from '../views/layout.js';

const BODY_LIMIT_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const STATIC_CACHE_SECONDS = 60;

/** The whole web side as an app that does not listen yet: tests inject requests, `main.ts` opens the port. */
export function buildApp(given: AppDeps): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 0,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    // Addresses that cannot be decoded never reach the hooks.
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      const fault = told(error);
      void reply.headers(securityHeaders()).status(fault.status).send(errorBody(fault));
    },
    // A body with __proto__ is refused, not quietly cleaned.
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    http: { headersTimeout: REQUEST_TIMEOUT_MS },
    https: httpsOf(given.reach),
  } as FastifyServerOptions);
  const kit = makePageKit(given);
  const { deps } = kit;
  refuseUndeclared(app);
  if (given.onRoute !== undefined) app.addHook('onRoute', given.onRoute);
  secure(app, kit.addresses, given.reach.trusted);
  recognise(app, deps.auth, (request) => kit.cookies.read(request));
  limitApi(app);
  gate(app, { auth: deps.auth, access: (who, bot) => deps.owners.access(who, bot) });
  answerErrors(app, () => kit.models.page(), { log: deps.log, keep: (request) => kit.kept.keep(request) });
  app.get('/healthz', needs('nobody'), async () => ({ ok: true }));
  void app.register(async (scope) => api(scope, deps, kit), { prefix: '/api' });
  void app.register(async (scope) => pages(scope, kit));
  void app.register(async (scope) => assets(scope));
  app.addHook('preClose', async () => deps.streams.close());
  app.addHook('onClose', async () => kit.close());
  return app;
}

/** Null without a certificate of its own. */
function httpsOf({ tls }: Reach): object | null {
  if (tls === null) return null;
  const { cert, key } = tls.first;
  return { cert, key, headersTimeout: REQUEST_TIMEOUT_MS, handshakeTimeout: REQUEST_TIMEOUT_MS };
}

/** Style sheets and scripts: the same for everybody, and needed to sign in. */
function assets(app: FastifyInstance): void {
  const { publicFolder, vendor } = findAssets(VENDOR);
  declareAll(app, 'nobody');
  void app.register(fastifyStatic, {
    root: publicFolder,
    prefix: '/public/',
    maxAge: STATIC_CACHE_SECONDS * 1_000,
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    decorateReply: true,
  });
  for (const [address, file] of vendor) {
    const cut = file.lastIndexOf('/');
    app.get(address, (_request, reply) => reply.sendFile(file.slice(cut + 1), file.slice(0, cut)));
  }
}
