import type { FastifyInstance, FastifyRequest } from 'fastify';
import { versionOf } from '../../bot/files/config-history.js';
import { actedHeader } from '../../views/bot.js';
import { configEditor } from '../../views/config-editor.js';
import { configHistory, historyPage, rollbackQuestion } from '../../views/config-history.js';
import { questionDialog, questionPage } from '../../views/confirm.js';
import { html } from '../../views/html.js';
import { partial } from '../../views/parts.js';
import { readConfigText, type ConfigEdit } from '../fleet/configs.js';
import type { PageKit } from '../page-kit.js';
import { savedSentence } from '../web/applies-to.js';
import { botId } from '../web/check.js';
import { attemptEdit } from '../web/config-attempt.js';
import { editionNamed, editionsOf } from '../web/config-editions.js';
import { RequestError } from '../web/errors.js';
import { fieldsOf, isHtmx } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { existing } from './api-bots.js';
import { configModel } from '../web/settings-model.js';
import { sendHtml, texts } from './pages.js';

/** What the settings were, and the way back to them. */
export function rollbackPages(app: FastifyInstance, kit: PageKit): void {
  const { deps, models } = kit;
  const { data, fleet } = deps;

  app.get('/bots/:id/config/history', needs('viewer', 'bot'), async (request, reply) => {
    const bot = await existing(deps, botId(request.params));
    const editions = await editionsOf(data, bot.id);
    if (isHtmx(request)) return sendHtml(reply, configHistory(bot.id, editions));
    return sendHtml(reply, historyPage(models.page(), bot, editions));
  });

  app.get('/bots/:id/rollback', needs('trader', 'bot'), async (request, reply) => {
    const bot = await existing(deps, botId(request.params));
    const present = await readConfigText(data, bot.id);
    const edition = await editionNamed(data, bot.id, texts(request.query)['to'] ?? '');
    const edit = { text: edition.text, seen: present };
    const outcome = await attemptEdit(fleet, bot.id, edit, { save: false, confirmed: undefined });
    const told =
      outcome.kind === 'preview'
        ? { ...outcome.preview, confirm: null }
        : { problems: outcome.kind === 'refused' ? outcome.problems : [] };
    const question = rollbackQuestion(bot, { version: edition.version, seen: versionOf(present) }, told);
    if (!isHtmx(request))
      return sendHtml(reply, questionPage({ ...models.page(), bot, from: 'page' }, question));
    return sendHtml(reply, questionDialog(bot, question, 'page', kit.token));
  });

  app.post('/bots/:id/rollback', needs('trader', 'bot'), async (request, reply) => {
    const id = botId(request.params);
    await existing(deps, id);
    const problem = await rollBack(request, id);
    await deps.store.refresh(id);
    const bot = await existing(deps, id);
    if (!isHtmx(request)) {
      if (problem !== null) throw new RequestError(409, 'CONFIG_CHANGED', problem, 'to');
      return reply.redirect(`/bots/${id}#config`, 303);
    }
    const text = await readConfigText(data, id);
    if (problem !== null)
      return sendHtml(
        reply,
        actedHeader(bot, deps.now(), { kind: 'problem', text: problem }, kit.token),
        422,
      );
    const said = savedSentence(bot, text).replace(/^Saved/, 'Rolled back');
    const header = actedHeader(bot, deps.now(), { kind: 'done', text: said }, kit.token);
    const editor = configEditor({ ...configModel(bot, text), saved: said }, [], kit.token);
    return sendHtml(reply, html`${header}${partial('#config', 'outerHTML', editor)}`);
  });

  /** Why it was not done; null when it was. */
  async function rollBack(request: FastifyRequest, id: string): Promise<string | null> {
    const { to = '', seen = '', appliesTo } = fieldsOf(request);
    const present = await readConfigText(data, id);
    if (versionOf(present) !== seen)
      return 'The settings were changed since this was asked; look at the roll back again.';
    const { text } = await editionNamed(data, id, to);
    const edit: ConfigEdit = {
      ...{ text, seen: present },
      ...(appliesTo === 'now' || appliesTo === 'next-cycle' ? { appliesTo } : {}),
    };
    // The question before this said what moves: who answers it means it.
    const outcome = await attemptEdit(fleet, id, edit, { save: false, confirmed: undefined });
    if (outcome.kind === 'refused') return outcome.problems.join(' ');
    await fleet.edit(id, edit);
    return null;
  }
}
