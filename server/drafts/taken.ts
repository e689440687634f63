/** What a form gets of a template or a bot: its settings in place of those in the form. */
import { parseConfig } from '../../bot/config.js';
import type { ServerDeps } from '../deps.js';
import { readConfigText } from '../fleet/configs.js';
import type { FormFields } from '../web/forms.js';
import { configFromForm } from '../web/new-bot-form.js';
import { existing } from '../routes/api-bots.js';
import { riskFields, strategyFields } from '../backtests/settings.js';
import { draftSchema, type Draft, type Templates } from './templates.js';
import type { Who } from '../auth/context.js';
import { botId } from '../web/check.js';

/** What `take` asks for; the form as it is where it asks for nothing. Errors: TEMPLATE_NOT_FOUND, BOT_NOT_FOUND, CONFIG_INVALID. */
export async function taken(
  { deps, templates, who }: { deps: ServerDeps; templates: Templates; who: Who | null },
  fields: FormFields,
): Promise<FormFields> {
  const { take = '', from = '' } = fields;
  if (take === 'bot') return fromBot(deps, from, fields);
  const [, template] = /^template (.+)$/.exec(take) ?? [];
  return template === undefined ? fields : withDraft(fields, templates.get(who, template).draft);
}

async function fromBot(deps: ServerDeps, from: string, fields: FormFields): Promise<FormFields> {
  const { id } = await existing(deps, botId({ id: from }));
  const { symbol, interval, budget, signal, plan, risk } = parseConfig(
    await readConfigText(deps.data, id),
    'config.json',
    { id },
  );
  return { ...withDraft(fields, { interval, budget, signal, plan, risk: { ...risk } }), symbol };
}

/** A budget that was typed is not lost to a template without one. */
function withDraft(fields: FormFields, { interval, budget, signal, plan, risk = {} }: Draft): FormFields {
  const kept = Object.entries(fields).filter(([name]) => !/^(signal|plan|risk)(\.|$)/.test(name));
  return {
    ...Object.fromEntries(kept),
    interval,
    ...(budget === undefined ? {} : { budget }),
    ...strategyFields('signal', signal),
    ...strategyFields('plan', plan),
    ...riskFields(risk),
  };
}

/** What a template keeps of a form. Errors: `ConfigError` for a parameter that cannot be read. */
export function draftOfForm(fields: FormFields): Draft {
  const { interval, budget, signal, plan, risk } = configFromForm(fields);
  return draftSchema.parse({
    interval,
    ...(budget === '' ? {} : { budget }),
    signal,
    plan,
    ...(risk === undefined ? {} : { risk }),
  });
}
