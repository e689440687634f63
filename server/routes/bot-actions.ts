import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BotView } from '../../bot/files/view.js';
import { actedHeader } from '../../views/bot.js';
import { confirmDialog, confirmPage, questionDialog, questionPage } from '../../views/confirm.js';
import type { Note } from '../../views/model.js';
import { actedRow } from '../../views/fleet/row.js';
import { botRow } from '../../views/overview.js';
import { startQuestion } from '../../views/live-start.js';
import { tradeQuestion } from '../../views/trade-question.js';
import { FlotillaError } from '../fleet/errors.js';
import type { PageKit } from '../page-kit.js';
import { needsYou } from '../why/judge.js';
import { botId } from '../web/check.js';
import { fieldsOf, isHtmx } from '../web/forms.js';
import { existing } from './api-bots.js';
import { sendHtml, texts } from './pages.js';
import { needs } from '../web/needs.js';
import { STATE_HEADER } from '../web/sse.js';
import { COMMANDS, tradeFields, TRADES, wantedOf } from '../web/wanted.js';

type From = 'row' | 'page';

function fromOf(request: FastifyRequest): From {
  return texts(request.query)['from'] === 'row' ? 'row' : 'page';
}

/** Start, stop, restart, commands and delete from the pages: each answers in the place where it was taken. */
export function botActions(app: FastifyInstance, kit: PageKit): void {
  const { deps, models } = kit;

  const inPlace = (
    request: FastifyRequest,
    reply: FastifyReply,
    given: BotView,
    note?: Note,
    status = 200,
  ): FastifyReply => {
    const now = deps.now();
    const inRow = fromOf(request) === 'row';
    const feed = inRow ? kit.audience().overview : kit.bot;
    feed.tell(given.id);
    // As it stands now, which is what was just told.
    const bot = deps.store.get(given.id) ?? given;
    void reply.header(STATE_HEADER, feed.position());
    const drawn = inRow
      ? actedRow(botRow(bot, now, kit.lines.of(bot), needsYou(bot, now) !== undefined), bot, note)
      : actedHeader(bot, now, note, kit.token);
    return sendHtml(reply, drawn, status);
  };

  const done = (request: FastifyRequest, reply: FastifyReply, bot: BotView): FastifyReply => {
    if (isHtmx(request)) return inPlace(request, reply, bot);
    return reply.redirect(fromOf(request) === 'row' ? '/' : `/bots/${bot.id}`, 303);
  };

  const refused = async (
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    error: unknown,
  ): Promise<FastifyReply> => {
    if (error instanceof FlotillaError && error.code === 'PASSWORD_REQUIRED') throw error;
    const bot = await deps.store.refreshWithProcess(id);
    if (!(error instanceof FlotillaError) || !isHtmx(request) || bot === undefined) throw error;
    return inPlace(request, reply, bot, { kind: 'problem', text: error.message }, error.httpStatus);
  };

  /** Real money needs the answer to its question (a button that was drawn for paper is none) and the password. */
  const act = (action: 'start' | 'stop' | 'restart', id: string, request: FastifyRequest) => {
    if (action !== 'start') return deps.fleet[action](id);
    const { who } = request;
    const said = fieldsOf(request)['realMoney'] === 'yes';
    return deps.fleet.start(id, { realMoney: said && who !== null && deps.auth.isSure(who) });
  };

  app.get('/bots/:id/start', needs('trader', 'bot', 'sure'), async (request, reply) => {
    const bot = await existing(deps, botId(request.params));
    const question = startQuestion(bot, await deps.fleet.preflight(bot.id));
    const from = fromOf(request);
    if (!isHtmx(request)) return sendHtml(reply, questionPage({ ...models.page(), bot, from }, question));
    return sendHtml(reply, questionDialog(bot, question, from, kit.token));
  });

  for (const action of ['start', 'stop', 'restart'] as const) {
    app.post(`/bots/:id/${action}`, needs('trader', 'bot'), async (request, reply) => {
      const id = botId(request.params);
      await existing(deps, id);
      try {
        const outcome = await act(action, id, request);
        const bot = (await deps.store.refreshWithProcess(id)) ?? (await existing(deps, id));
        const left = outcome === undefined ? 0 : outcome.unreached.length;
        if (left === 0 || !isHtmx(request)) return done(request, reply, bot);
        const text = `Stopped, but ${left} of its buy orders could not be cancelled: the exchange did not answer.`;
        return inPlace(request, reply, bot, { kind: 'problem', text });
      } catch (error) {
        return refused(request, reply, id, error);
      }
    });
  }

  for (const name of COMMANDS) {
    app.post(`/bots/:id/${name}`, needs('trader', 'bot'), async (request, reply) => {
      const id = botId(request.params);
      await existing(deps, id);
      try {
        const { message } = await deps.fleet.command(id, wantedOf(name, request));
        await deps.store.refresh(id);
        const bot = await existing(deps, id);
        if (!isHtmx(request)) return done(request, reply, bot);
        return inPlace(request, reply, bot, { kind: 'done', text: message });
      } catch (error) {
        return refused(request, reply, id, error);
      }
    });
  }

  app.post('/bots/:id/delete', needs('trader', 'bot'), async (request, reply) => {
    const id = botId(request.params);
    await existing(deps, id);
    try {
      // The dialog before this named the money at stake: who confirms it means it.
      await deps.fleet.delete(id, { force: true });
      await deps.store.refresh(id);
      if (isHtmx(request)) return reply.header('hx-redirect', '/').status(200).send('');
      return reply.redirect('/', 303);
    } catch (error) {
      return refused(request, reply, id, error);
    }
  });

  for (const verb of TRADES) {
    app.get(`/bots/:id/${verb}`, needs('trader', 'bot'), async (request, reply) => {
      const bot = await existing(deps, botId(request.params));
      const wanted = tradeFields(verb, texts(request.query));
      const question = tradeQuestion(bot, wanted, await deps.fleet.foresee(bot.id, wanted));
      const from = fromOf(request);
      if (!isHtmx(request)) return sendHtml(reply, questionPage({ ...models.page(), bot, from }, question));
      return sendHtml(reply, questionDialog(bot, question, from, kit.token));
    });
  }

  for (const verb of ['stop', 'delete', 'adopt', 'ignore'] as const) {
    app.get(`/bots/:id/${verb}`, needs('trader', 'bot'), async (request, reply) => {
      const bot = await existing(deps, botId(request.params));
      const from = fromOf(request);
      if (!isHtmx(request)) return sendHtml(reply, confirmPage({ ...models.page(), bot, from }, verb));
      return sendHtml(reply, confirmDialog(bot, verb, from, kit.token));
    });
  }
}
