import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { allStrategies } from '../../strategies/registry.js';
import { backtestBrief, backtestRefused } from '../../views/draft-backtest.js';
import type { DraftReport } from '../../views/draft.js';
import { checked, newBotPage, parametersFieldset } from '../../views/new-bot.js';
import { manyPage } from '../../views/many.js';
import { symbolRows } from '../../views/symbol-search.js';
import { refuseUnknownSymbol } from '../backtests/known-symbol.js';
import { errorsOf, settingsOf } from '../backtests/settings.js';
import { checkForm } from '../drafts/check.js';
import { draftRequest } from '../drafts/backtest.js';
import { makeMany, manyConfigs, symbolsIn } from '../drafts/many.js';
import { draftOfForm, taken } from '../drafts/taken.js';
import { FlotillaError } from '../fleet/errors.js';
import type { PageKit } from '../page-kit.js';
import { RequestError } from '../web/errors.js';
import { fieldsOf, isHtmx, type FormFields } from '../web/forms.js';
import { makeBot } from '../web/making.js';
import { choiceOf } from '../web/models.js';
import { needs } from '../web/needs.js';
import { configFromForm, formErrors, venueOfForm } from '../web/new-bot-form.js';
import { shownAgain } from '../web/settings-form.js';
import { searchSymbols } from '../web/symbols.js';
import { sendHtml, texts } from './pages.js';

const FOUND = 50;

/** `/bots/new…`: the form, what it says while it is filled in, and making the bot. */
export function newBotPages(app: FastifyInstance, kit: PageKit): void {
  const { deps, models, templates } = kit;

  app.get('/bots/new', needs('trader'), async (request, reply) => {
    const query = texts(request.query);
    const asked = query['from'] === undefined ? query : { ...query, take: 'bot' };
    const fields = await taken({ deps, templates, who: request.who }, asked);
    return sendHtml(reply, newBotPage(await models.newBot(fields)));
  });

  /** The form once more, as it is filled in, with all that is known of it. */
  const again = async (reply: FastifyReply, fields: FormFields, said?: string): Promise<FastifyReply> => {
    const report = await checkForm(deps, fields);
    return sendHtml(reply, newBotPage(await models.newBot(fields, { errors: report.errors, report, said })));
  };

  /** What it should start from is filled in; without that for who has no scripts. */
  app.post('/bots/new', needs('trader'), async (request, reply) =>
    again(reply, await taken({ deps, templates, who: request.who }, shownAgain(fieldsOf(request)))),
  );

  app.post('/bots/new/template', needs('trader'), async (request, reply) => {
    const fields = fieldsOf(request);
    try {
      const name = fields['templateName'] ?? '';
      const made = await templates.add(request.who, { name, draft: draftOfForm(fields), now: deps.now() });
      return await again(
        reply,
        { ...fields, templateName: '', take: '' },
        `Saved the template ${made.name}.`,
      );
    } catch (error) {
      const errors = formErrors(error);
      if (errors === null) throw error;
      return sendHtml(reply, newBotPage(await models.newBot(fields, { errors })), 422);
    }
  });

  app.post('/bots/new/forget-template', needs('trader'), async (request, reply) => {
    const fields = fieldsOf(request);
    await templates.remove(request.who, fields['template'] ?? '');
    return again(reply, { ...fields, take: '' }, 'The template is removed.');
  });

  app.get('/bots/new/parameters', needs('trader'), async (request, reply) => {
    const { signal, plan } = texts(request.query);
    const kind = signal === undefined ? 'plan' : 'signal';
    const { signals, plans } = allStrategies();
    const found = [...(kind === 'signal' ? signals : plans)].find(({ name }) => name === (signal ?? plan));
    if (found === undefined)
      throw new RequestError(404, 'STRATEGY_UNKNOWN', `There is no ${kind} of that name.`, kind);
    return sendHtml(reply, parametersFieldset(kind, choiceOf(found)));
  });

  app.post('/bots/new/check', needs('trader'), async (request, reply) => {
    const fields = fieldsOf(request);
    const [report, symbol] = await Promise.all([checkForm(deps, fields), symbolOf(kit, fields)]);
    return sendHtml(reply, checked(Object.keys(fields), report, symbol));
  });

  app.get('/symbols', needs('viewer'), async (request, reply) => {
    const { search = '', venue = '' } = texts(request.query);
    const wanted = { venue: venueOfForm(venue), search, limit: FOUND };
    const found = await searchSymbols(deps.markets, wanted).catch(() => []);
    return sendHtml(reply, symbolRows(found, wanted.venue === 'paper' && deps.livePrices() !== null));
  });

  app.post('/bots/new/backtest', needs('trader'), async (request, reply) => {
    const fields = fieldsOf(request);
    try {
      const run = await deps.backtests.start(
        await refuseUnknownSymbol(deps, settingsOf(draftRequest(fields))),
      );
      if (!isHtmx(request)) return reply.redirect(`/backtests/${run.id}`, 303);
      return sendHtml(reply, backtestBrief(run));
    } catch (error) {
      const errors = errorsOf(error);
      if (errors === null) throw error;
      if (isHtmx(request)) return sendHtml(reply, backtestRefused(Object.values(errors)), 422);
      return sendHtml(reply, newBotPage(await models.newBot(fields, { errors })), 422);
    }
  });

  app.post('/bots', needs('trader'), (request, reply) => make(kit, request, reply));
}

/** What is chosen as symbol, where its venue trades it. */
async function symbolOf({ deps }: PageKit, fields: FormFields) {
  const search = (fields['symbol'] ?? '').trim().toUpperCase();
  if (search === '') return null;
  const venue = venueOfForm(fields['venue'] ?? '');
  const found = await searchSymbols(deps.markets, { venue, search, limit: 1 }).catch(() => []);
  return found.find(({ symbol }) => symbol === search) ?? null;
}

/** Makes the bot and leads to its page, which says what is to be said of it; or the form comes back as it was typed. */
async function make(kit: PageKit, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { deps, models, said } = kit;
  const fields = fieldsOf(request);
  const realMoney = request.who !== null && deps.auth.isSure(request.who);
  const making = { start: fields['start'] === 'yes', realMoney };
  let id = '';
  try {
    const config = configFromForm(fields);
    id = String(config['id']);
    const symbols = symbolsIn(fields['symbols'] ?? '');
    if (symbols.length > 0) {
      const configs = manyConfigs(config, [...new Set([String(config['symbol']), ...symbols])]);
      return sendHtml(reply, manyPage({ ...models.page(), outcomes: await makeMany(deps, configs, making) }));
    }
    await makeBot(deps, config, making);
  } catch (error) {
    if (!(error instanceof FlotillaError && error.code === 'NOT_STARTED')) return refused(error);
    said.say(id, { kind: 'problem', text: error.message });
    return reply.redirect(`/bots/${id}`, 303);
  }
  const warnings = await deps.fleet.warnings(id);
  if (warnings.length > 0) said.say(id, { kind: 'problem', text: `Made ${id}. ${warnings.join(' ')}` });
  return reply.redirect(`/bots/${id}`, 303);

  async function refused(error: unknown): Promise<FastifyReply> {
    const errors = formErrors(error);
    if (errors === null) throw error;
    const report: DraftReport | null = await checkForm(deps, fields).catch(() => null);
    // What could not be read kept the rest from being asked about.
    const all = { ...report?.errors, ...errors };
    return sendHtml(reply, newBotPage(await models.newBot(fields, { errors: all, report })), 422);
  }
}
