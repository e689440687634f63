import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { changesBetween } from '../../bot/config/changes.js';
import { differencesOf } from '../../bot/config/differences.js';
import { versionOf } from '../../bot/files/config-history.js';
import type { BotView } from '../../bot/files/view.js';
import { editConfig } from '../../bot/config.js';
import { checkedText, configEditor } from '../../views/config-editor.js';
import type { ConfigConflictModel, ConfigModel, FormTexts } from '../../views/model.js';
import { inlinePreview } from '../../views/settings-form.js';
import { readConfigText } from '../fleet/configs.js';
import type { PageKit } from '../page-kit.js';
import { savedSentence, appliesToOf, appliesToWrite, type AppliesTo } from '../web/applies-to.js';
import { botId } from '../web/check.js';
import { attemptEdit, problemsIn, problemsOf, type Attempt } from '../web/config-attempt.js';
import { fieldsOf, type FormFields } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { changedFields, formChanges, shownFields } from '../web/settings-form.js';
import { configModel, settingsFormModel } from '../web/settings-model.js';
import { existing } from './api-bots.js';
import { clonePages } from './clone-pages.js';
import { rollbackPages } from './rollback-pages.js';
import { sendHtml } from './pages.js';

/** What was sent, and what the file says. */
interface Sent {
  readonly id: string;
  readonly bot: BotView;
  readonly fields: FormFields;
  readonly present: string;
  /** What the file said when the page was loaded. */
  readonly base: string;
  readonly conflict: boolean;
}

/** Editing the settings, as a form and as text: what is wrong, what a change would do, and saving it. */
export function configPages(app: FastifyInstance, kit: PageKit): void {
  const { deps } = kit;
  const { data } = deps;
  clonePages(app, kit);
  rollbackPages(app, kit);

  const sent = async (request: FastifyRequest): Promise<Sent> => {
    const id = botId(request.params);
    const bot = await existing(deps, id);
    const fields = fieldsOf(request);
    const present = await readConfigText(data, id);
    const conflict = fields['version'] !== versionOf(present);
    const base = conflict ? lines(fields['base'] ?? present) : present;
    return { id, bot, fields, present, base, conflict };
  };

  const saved = async (reply: FastifyReply, { id, bot }: Sent, shows: 'form' | 'json') => {
    await deps.store.refresh(id);
    const written = await readConfigText(data, id);
    const model = { ...configModel(bot, written), shows, saved: savedSentence(bot, written) };
    return sendHtml(reply, configEditor(model, [], kit.token));
  };

  for (const verb of ['config', 'config/preview'] as const) {
    app.post(`/bots/:id/${verb}`, needs('trader', 'bot'), async (request, reply) => {
      const asked = await sent(request);
      const { id, bot, fields, present, base } = asked;
      const typed = lines(fields['text'] ?? '');
      const appliesTo = appliesToWrite(fields['appliesTo'], { present, typed });
      const model: ConfigModel = {
        ...configModel(bot, present),
        ...{ text: typed, base: present, shows: 'json' },
        appliesTo: chosen(fields['appliesTo'], present),
      };
      if (asked.conflict) {
        const read = changesBetween(base, typed) !== null;
        const conflict = { rows: conflictRows(base, present, read ? differencesOf(base, typed) : []) };
        // The version stays the old one: what is in the file now was not what this was typed on.
        const refused = { ...model, conflict, base, version: fields['version'] ?? '' };
        return sendHtml(reply, configEditor(refused, [], kit.token), 422);
      }
      const outcome = await attemptEdit(
        deps.fleet,
        id,
        { text: typed, seen: present, ...(appliesTo === undefined ? {} : { appliesTo }) },
        { save: verb === 'config', confirmed: fields['confirmed'] },
      );
      if (outcome.kind === 'saved') return saved(reply, asked, 'json');
      return sendHtml(
        reply,
        configEditor(shownOutcome(model, outcome), problemsIn(outcome), kit.token),
        statusOf(outcome),
      );
    });
  }

  app.post('/bots/:id/config/rebase', needs('trader', 'bot'), async (request, reply) => {
    const { bot, fields, present, base } = await sent(request);
    const typed = lines(fields['text'] ?? '');
    const changes = changesBetween(base, typed);
    const problem =
      changes === null
        ? ['Your text cannot be read as JSON yet: mend it, or load the page again to drop it.']
        : [];
    const text = changes === null ? typed : editConfig(present, changes);
    const model: ConfigModel = { ...configModel(bot, present), text, base: present, shows: 'json' };
    return sendHtml(reply, configEditor(model, problem, kit.token), changes === null ? 422 : 200);
  });

  app.post('/bots/:id/config/check', needs('trader', 'bot'), async (request, reply) => {
    const id = botId(request.params);
    await existing(deps, id);
    return sendHtml(reply, checkedText(problemsOf(lines(fieldsOf(request)['text'] ?? ''), id)));
  });

  for (const verb of ['settings', 'settings/preview', 'settings/inline'] as const) {
    app.post(`/bots/:id/${verb}`, needs('trader', 'bot'), async (request, reply) => {
      const asked = await sent(request);
      const { bot, fields, present, base } = asked;
      const changed = changedFields(fields, base);
      const values = { ...shownFields(present), ...(asked.conflict ? changed : fields) };
      const model = (errors: FormTexts): ConfigModel => ({
        ...configModel(bot, present),
        ...{ shows: 'form', base: present, form: settingsFormModel(values, errors) },
        appliesTo: chosen(fields['appliesTo'], present),
      });
      const inline = verb === 'settings/inline';
      if (asked.conflict && !inline) {
        const rows = conflictRows(base, present, typedRows(changed));
        return sendHtml(reply, configEditor({ ...model({}), conflict: { rows } }, [], kit.token), 422);
      }
      const outcome = await attemptForm(changed, asked, verb === 'settings');
      if (outcome.kind === 'saved') return saved(reply, asked, 'form');
      if (inline) {
        const told = outcome.kind === 'preview' ? { ...outcome.preview, confirm: null } : outcome.errors;
        return sendHtml(reply, inlinePreview(told));
      }
      const errors = outcome.kind === 'refused' ? outcome.errors : {};
      return sendHtml(
        reply,
        configEditor(shownOutcome(model(errors), outcome), [], kit.token),
        statusOf(outcome),
      );
    });
  }

  async function attemptForm(changed: FormFields, asked: Sent, save: boolean): Promise<Attempt> {
    const { id, fields, present } = asked;
    const appliesTo = appliesToWrite(fields['appliesTo'], { present, typed: present });
    const { changes, problems: unread } = formChanges(changed, present);
    return attemptEdit(
      deps.fleet,
      id,
      { changes, unread, seen: present, ...(appliesTo === undefined ? {} : { appliesTo }) },
      { save, confirmed: fields['confirmed'] },
    );
  }
}

/** A browser sends every line end of a textarea as CRLF; the file keeps its own. */
function lines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function chosen(menu: string | undefined, present: string): AppliesTo {
  return menu === 'now' || menu === 'next-cycle' ? menu : appliesToOf(present);
}

function shownOutcome(model: ConfigModel, outcome: Attempt): ConfigModel {
  if (outcome.kind !== 'preview') return model;
  return { ...model, preview: { ...outcome.preview, confirm: outcome.confirm } };
}

const statusOf = ({ kind }: Attempt): number => (kind === 'refused' ? 422 : 200);

type Rows = ConfigConflictModel['rows'];
type Typed = readonly { readonly path: string; readonly after: string | null }[];

function typedRows(changed: FormFields): Typed {
  return Object.entries(changed).map(([name, value]) => ({
    path: name === 'signal' || name === 'plan' ? `${name}.name` : name,
    after: value,
  }));
}

/** Each setting that the file or the user changed: as it was, as it is, as it was typed. */
function conflictRows(base: string, present: string, typed: Typed): Rows {
  const ofFile = new Map(differencesOf(base, present).map((each) => [each.path, each]));
  const ofUser = new Map(typed.map((each) => [each.path, each.after]));
  const values = new Map(differencesOf('{}', base).map(({ path, after }) => [path, after]));
  return [...new Set([...ofFile.keys(), ...ofUser.keys()])].map((path) => {
    const file = ofFile.get(path);
    const before = file === undefined ? (values.get(path) ?? null) : file.before;
    return {
      ...{ path, before, file: file === undefined ? before : file.after },
      typed: ofUser.has(path) ? (ofUser.get(path) ?? 'taken out') : null,
    };
  });
}
