import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { idsOf } from '../bulk/form.js';
import type { PageKit } from '../page-kit.js';
import { overviewDocument, rowsPicking } from '../live/drawing.js';
import { RequestError } from '../web/errors.js';
import { acceptForms, fieldsOf, refuseForgedForm, type FormFields } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { backtestPages } from './backtest-pages.js';
import { accessPages } from './access-pages.js';
import { botPages } from './bot-pages.js';
import { bulkPages } from './bulk.js';
import { botActions } from './bot-actions.js';
import { capsPages } from './caps.js';
import { configPages } from './config-pages.js';
import { haltPages } from './halt.js';
import { keyPages } from './keys.js';
import { newBotPages } from './new-bot.js';
import { peoplePages } from './people-pages.js';
import { signInPages } from './sign-in.js';
import { accountPages } from './account.js';
import { settingsPages } from './settings.js';
import { apiDocs } from './api-docs.js';
import { tradesPages } from './trades.js';
import { whyPages } from './why.js';

export function sendHtml(reply: FastifyReply, markup: unknown, status = 200): FastifyReply {
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .send(Buffer.isBuffer(markup) ? markup : String(markup));
}

/** A page in pieces, which nobody has to join. */
function sendPieces(reply: FastifyReply, pieces: readonly Buffer[]): FastifyReply {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return reply.type('text/html; charset=utf-8').header('content-length', length).send(Readable.from(pieces));
}

/** A query as texts; a parameter that comes twice counts by its first. */
export function texts(query: unknown): FormFields {
  const fields = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries((query ?? {}) as Record<string, unknown>)) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string') fields[name] = first;
  }
  return fields;
}

const notKept = (): RequestError =>
  new RequestError(
    409,
    'FORM_GONE',
    'What you sent was done, or is not kept any more. Look, and send it anew.',
  );

/** Every page and fragment. */
export function pages(app: FastifyInstance, kit: PageKit): void {
  const { deps, models } = kit;
  acceptForms(app);
  app.addHook('preHandler', async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    const outside = request.routeOptions.config.needs === 'nobody';
    refuseForgedForm(request, outside ? deps.auth.formMark(null) : kit.token);
    const { kept } = fieldsOf(request);
    if (kept === undefined || request.routeOptions.url === '/sure') return;
    request.body = kit.kept.take(request, kept);
    if (request.body === null) throw notKept();
  });

  const fleet = (reply: FastifyReply, picked: readonly string[]): FastifyReply => {
    const { overview } = kit.audience();
    const rows = rowsPicking(new Set(picked), overview.rows());
    const model = { ...models.page(), totals: models.totals(), position: overview.position() };
    return sendPieces(reply, overviewDocument(model, deps.store.all(), rows));
  };
  app.get('/', needs('viewer'), async (request, reply) => {
    const { picked = '' } = texts(request.query);
    return fleet(reply, picked.split(',').filter(Boolean));
  });
  /** The same, with more bots selected than an address can name. */
  app.post('/', needs('viewer'), async (request, reply) => fleet(reply, idsOf(fieldsOf(request))));

  newBotPages(app, kit);
  botPages(app, kit);
  accessPages(app, kit);
  configPages(app, kit);
  botActions(app, kit);
  bulkPages(app, kit, kit.jobs);
  haltPages(app, kit);
  capsPages(app, kit);
  keyPages(app, kit);
  signInPages(app, kit);
  peoplePages(app, kit);
  backtestPages(app, kit, kit.backtests);
  whyPages(app, kit);
  tradesPages(app, kit);
  accountPages(app, kit);
  settingsPages(app, kit);
  apiDocs(app, kit);
}
