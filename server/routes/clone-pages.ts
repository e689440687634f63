import type { FastifyInstance } from 'fastify';
import { cloneQuestion } from '../../views/clone-question.js';
import { questionDialog, questionPage } from '../../views/confirm.js';
import { FlotillaError } from '../fleet/errors.js';
import type { PageKit } from '../page-kit.js';
import { botId } from '../web/check.js';
import { fieldsOf, isHtmx } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { existing } from './api-bots.js';
import { sendHtml, texts } from './pages.js';

/** A bot made of a bot: the question, and doing it. */
export function clonePages(app: FastifyInstance, kit: PageKit): void {
  const { deps, models } = kit;
  const { fleet } = deps;

  app.get('/bots/:id/clone', needs('trader', 'bot'), async (request, reply) => {
    const bot = await existing(deps, botId(request.params));
    const question = cloneQuestion(bot, texts(request.query)['problem']);
    if (!isHtmx(request))
      return sendHtml(reply, questionPage({ ...models.page(), bot, from: 'page' }, question));
    return sendHtml(reply, questionDialog(bot, question, 'page', kit.token));
  });

  app.post('/bots/:id/clone', needs('trader', 'bot'), async (request, reply) => {
    const bot = await existing(deps, botId(request.params));
    const { newId = '', symbol = '' } = fieldsOf(request);
    const wanted = symbol.trim().toUpperCase();
    const changes = wanted === '' || wanted === bot.symbol ? [] : [{ path: 'symbol', value: wanted }];
    try {
      await fleet.clone(bot.id, { id: newId.trim(), changes });
    } catch (error) {
      if (!(error instanceof FlotillaError) || error.httpStatus >= 500) throw error;
      const question = cloneQuestion(bot, error.message, { newId, symbol });
      if (!isHtmx(request))
        return sendHtml(reply, questionPage({ ...models.page(), bot, from: 'page' }, question), 422);
      void reply.header('hx-retarget', '#dialog').header('hx-reswap', 'innerHTML');
      return sendHtml(reply, questionDialog(bot, question, 'page', kit.token), 422);
    }
    await deps.store.refresh(newId.trim());
    const address = `/bots/${encodeURIComponent(newId.trim())}`;
    if (isHtmx(request)) return reply.header('hx-redirect', address).status(200).send('');
    return reply.redirect(address, 303);
  });
}
