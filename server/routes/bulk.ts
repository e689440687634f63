import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { byBotId } from '../../bot/config/id.js';
import type { Who } from '../auth/context.js';
import { formOf, formWish, idsOf } from '../bulk/form.js';
import type { Jobs } from '../bulk/jobs.js';
import { type Job } from '../bulk/jobs.js';
import { VERBS, WISH, type Result, type Wish } from '../bulk/wish.js';
import type { ServerDeps } from '../deps.js';
import type { PageKit } from '../page-kit.js';
import { bulkPage, DIALOG, pageFrame, type Frame } from '../../views/bulk-frame.js';
import { bulkForm, bulkOutcome, bulkQuestion, bulkUndone } from '../../views/bulk.js';
import type { Html } from '../../views/html.js';
import { check, NO_QUERY } from '../web/check.js';
import { RequestError } from '../web/errors.js';
import { fieldsOf, isHtmx } from '../web/forms.js';
import { passwordRequired } from '../web/gate.js';
import { needs } from '../web/needs.js';
import { changesOf } from '../web/patch.js';
import { sendHtml } from './pages.js';
import { z } from 'zod';

/** Where a question, or what came of it, is a page of its own. */
const addressOf = (key: string): string => `/bulk/${encodeURIComponent(key)}`;

const KEY = z.strictObject({ key: z.string().max(80) });

/** The routes are for those who have signed in. */
const whoOf = ({ who }: FastifyRequest): Who => who as Who;

/** `/api/bulk…`: one action on several bots, each with its outcome. */
export function apiBulk(app: FastifyInstance, deps: ServerDeps, jobs: Jobs): void {
  const wishOf = (request: FastifyRequest): Wish => {
    check(NO_QUERY, request.query, 'query');
    const { changes, realMoney = false, ...wish } = check(WISH, request.body ?? {}, 'body');
    if ((wish.action === 'tag' || wish.action === 'untag') && wish.tag === undefined)
      throw new RequestError(422, 'BODY_INVALID', `Field tag: ${wish.action} needs one.`, 'tag');
    if ((wish.action === 'edit') !== (changes !== undefined))
      throw new RequestError(
        422,
        'BODY_INVALID',
        'Field changes: it belongs to edit, which needs it.',
        'changes',
      );
    return {
      ...wish,
      realMoney: realMoney && deps.auth.isSure(whoOf(request)),
      ...(changes === undefined ? {} : { edit: changesOf(changes) }),
    };
  };

  const undone = undoing(deps, jobs);

  app.post('/bulk/preview', needs('trader'), async (request) => {
    const { key, wish, items, facts } = await jobs.ask(whoOf(request), wishOf(request));
    return {
      key,
      action: wish.action,
      facts,
      bots: items.map(({ id, outcome, message }) => ({ id, outcome, message })),
    };
  });

  app.post('/bulk', needs('trader'), async (request) => {
    const job = jobs.begin(await jobs.ask(whoOf(request), wishOf(request)), true);
    await job.working;
    return answerOf(job);
  });

  app.post('/bulk/undo', needs('trader'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    const { key } = check(KEY, request.body ?? {}, 'body');
    return { key, results: await undone(request, key) };
  });
}

/** Errors: PASSWORD_REQUIRED, and then nothing was taken back. */
function undoing({ auth }: Pick<ServerDeps, 'auth'>, jobs: Jobs) {
  return async (request: FastifyRequest, key: string): Promise<readonly Result[]> => {
    const job = jobs.get(whoOf(request), key);
    // Whoever does not give the password is back at what they were asked.
    request.cancelTo = addressOf(key);
    if (!auth.isSure(whoOf(request)) && (await jobs.undoAsksPassword(job))) throw passwordRequired();
    return jobs.undo(job);
  };
}

function answerOf({ key, wish, results, undo }: Job): object {
  const count = (outcome: Result['outcome']): number =>
    results.filter((one) => one.outcome === outcome).length;
  const sorted = [...results].sort((a, b) => byBotId(a.id, b.id));
  return {
    key,
    action: wish.action,
    done: count('done'),
    skipped: count('skipped'),
    failed: count('failed'),
    undoable: undo.length,
    results: sorted.map(({ name: _name, ...one }) => one),
  };
}

/** The same for the page: fields, question, progress, outcome, undo; each in the dialog. */
export function bulkPages(app: FastifyInstance, kit: PageKit, jobs: Jobs): void {
  const { deps } = kit;
  const undone = undoing(deps, jobs);

  /** In the dialog that asked, or as a page, from which the way back leads to where `ids` are selected. */
  const send = (
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
    draw: (frame: Frame) => Html,
    { status = 200, ids = [] }: { status?: number; ids?: readonly string[] } = {},
  ): FastifyReply =>
    isHtmx(request)
      ? sendHtml(reply, draw(DIALOG), status)
      : sendHtml(reply, bulkPage(kit.models.page(), draw(pageFrame(ids, kit.token))), status);

  app.post('/bulk/ask', needs('trader'), async (request, reply) => {
    const fields = fieldsOf(request);
    const ids = idsOf(fields);
    const action = VERBS.find((verb) => verb === fields['verb']);
    if (action === undefined || ids.length === 0)
      throw new RequestError(
        422,
        'FIELD_INVALID',
        'Select bots, and say what is to be done with them.',
        'verb',
      );
    const form = formOf(deps, action, ids, fields, kit.token);
    const status = form?.problem === undefined ? 200 : 422;
    if (form !== null) return send({ request, reply }, (frame) => bulkForm(form, frame), { status, ids });
    const live = action === 'start' && ids.some((id) => deps.store.get(id)?.venue === 'binance');
    return question(
      request,
      reply,
      await jobs.ask(whoOf(request), formWish(deps, action, ids, fields, live)),
    );
  });

  const question = (request: FastifyRequest, reply: FastifyReply, job: Job): FastifyReply => {
    const { key, items, wish } = job;
    const { action, realMoney: live = false } = wish;
    const asks = jobs.asksPassword(job) && !deps.auth.isSure(whoOf(request));
    const facts = asks ? [...job.facts, 'Your password is asked for, once more.'] : job.facts;
    const count = items.filter(({ outcome }) => outcome === 'would').length;
    const danger = action === 'stop' || action === 'delete' || live;
    const asked = { key, action, facts, lines: items, count, danger, realMoney: live };
    return send({ request, reply }, (frame) => bulkQuestion(asked, kit.token, frame), { ids: wish.ids });
  };

  const outcome = (request: FastifyRequest, reply: FastifyReply, job: Job): FastifyReply => {
    const { key, wish, results, items, undo, state } = job;
    if (state === 'asked') return question(request, reply, job);
    const shown = { key, action: wish.action, state, total: items.length, lines: results };
    const canUndo = undo.length > 0 && job.undone === null;
    if (state === 'running' && !isHtmx(request)) void reply.header('refresh', '1');
    return send({ request, reply }, (frame) => bulkOutcome({ ...shown, canUndo }, kit.token, frame));
  };

  app.post('/bulk/do', needs('trader'), async (request, reply) => {
    const { key = '', realMoney } = fieldsOf(request);
    const job = jobs.get(whoOf(request), key);
    const isSure = deps.auth.isSure(whoOf(request));
    // The form waits, and the question with all that it named, and is answered once.
    request.cancelTo = addressOf(key);
    if (jobs.asksPassword(job) && !isSure) throw passwordRequired();
    jobs.begin(job, realMoney === 'yes' && isSure);
    // What is quick answers at once; what is not tells how far it is.
    await Promise.race([job.working, new Promise((resolve) => setTimeout(resolve, QUICK_MS).unref())]);
    if (!isHtmx(request)) return reply.redirect(addressOf(key), 303);
    return outcome(request, reply, job);
  });

  app.get('/bulk/:key', needs('trader'), async (request, reply) => {
    const { key = '' } = request.params as { key?: string };
    return outcome(request, reply, jobs.get(whoOf(request), key));
  });

  app.post('/bulk/undo', needs('trader'), async (request, reply) => {
    const lines = await undone(request, fieldsOf(request)['key'] ?? '');
    return send({ request, reply }, (frame) => bulkUndone(lines, frame));
  });
}

const QUICK_MS = 300;
