import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { BotView } from '../../bot/files/view.js';
import { cloneQuestion } from '../../views/clone-question.js';
import { configEditor } from '../../views/config-editor.js';
import { questionDialog, questionPage } from '../../views/confirm.js';
import type { ConfigModel } from '../../views/model.js';
import { readConfigText, type ConfigEdit } from '../fleet/configs.js';
import type { EditPreview } from '../fleet/edit-preview.js';
import { FlotillaError } from '../fleet/errors.js';
import type { PageKit } from '../page-kit.js';
import { appliesToOf, appliesToWrite, savedSentence } from '../web/applies-to.js';
import { botId } from '../web/check.js';
import { fieldsOf, isHtmx, type FormFields } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { existing } from './api-bots.js';
import { sendHtml, texts } from './pages.js';

/** Names a text, so that an edit of another one is noticed. */
export function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** The editor as it is shown first. */
export function configModel(bot: BotView, text: string): ConfigModel {
  const holding = bot.phase !== 'flat';
  return { id: bot.id, text, version: versionOf(text), holding, appliesTo: appliesToOf(text) };
}

/** What was typed, on which text, and from when on it is to count. */
interface Typed {
  readonly typed: string;
  readonly present: string;
  readonly menu: string | undefined;
}

/** The config editor: what a change would do, and saving it; and a bot made of a bot. */
export function configPages(app: FastifyInstance, kit: PageKit): void {
  const { deps, models } = kit;
  const { data, fleet } = deps;

  for (const verb of ['config', 'config/preview'] as const) {
    app.post(`/bots/:id/${verb}`, needs('trader', 'bot'), async (request, reply) => {
      const id = botId(request.params);
      const bot = await existing(deps, id);
      const fields = fieldsOf(request);
      const present = await readConfigText(data, id);
      const typed = typedOf(fields, present);
      const model = { ...configModel(bot, present), text: typed.typed, appliesTo: chosen(typed) };
      const outcome = await attempt(kit, id, typed, { ...fields, save: verb === 'config' ? 'yes' : '' });
      if ('problems' in outcome)
        return sendHtml(reply, configEditor(model, outcome.problems, kit.token), 422);
      if ('preview' in outcome) {
        const { preview, confirm } = outcome;
        return sendHtml(reply, configEditor({ ...model, preview: { ...preview, confirm } }, [], kit.token));
      }
      await deps.store.refresh(id);
      const written = await readConfigText(data, id);
      const saved = { ...configModel(bot, written), saved: savedSentence(bot, written) };
      return sendHtml(reply, configEditor(saved, [], kit.token));
    });
  }

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

/** A browser sends every line end of a textarea as CRLF; the file keeps its own. */
function typedOf({ text = '', appliesTo }: FormFields, present: string): Typed {
  return { typed: text.replaceAll('\r\n', '\n'), present, menu: appliesTo };
}

function chosen({ menu, present }: Typed): 'now' | 'next-cycle' {
  return menu === 'now' || menu === 'next-cycle' ? menu : appliesToOf(present);
}

type Attempt =
  | { readonly problems: readonly string[] }
  /** `confirm`: what says that this very change was seen; null where only a look was asked for. */
  | { readonly preview: EditPreview; readonly confirm: string | null }
  | { readonly saved: true };

/** Saves what was typed; where orders of what is held move at once, only after that was shown. */
async function attempt(kit: PageKit, id: string, typed: Typed, fields: FormFields): Promise<Attempt> {
  const { fleet } = kit.deps;
  if (fields['version'] !== versionOf(typed.present)) {
    return {
      problems: [
        'The file was changed since this page was loaded. Copy what you typed, load the page again, and make your change there.',
      ],
    };
  }
  const written = appliesToWrite(typed.menu, typed);
  const edit: ConfigEdit = {
    text: typed.typed,
    seen: typed.present,
    ...(written === undefined ? {} : { appliesTo: written }),
  };
  try {
    const preview = await fleet.previewEdit(id, edit);
    if (fields['save'] !== 'yes') return { preview, confirm: null };
    const confirm = versionOf(JSON.stringify([typed.typed, written, preview.now]));
    if (preview.movesOrders && fields['confirmed'] !== confirm) return { preview, confirm };
    await fleet.edit(id, edit);
    return { saved: true };
  } catch (error) {
    if (error instanceof FlotillaError && error.httpStatus < 500)
      return { problems: error.message.split('\n').map(shortened) };
    throw error;
  }
}

/** `…/config.json:3:16: …` without the folders: there is only one file on this page. */
function shortened(line: string): string {
  return line.replace(/^.*?([^/\\]+\.json:\d+:\d+)/, '$1');
}
