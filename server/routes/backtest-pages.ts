import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { backtestBrief } from '../../views/backtest/brief.js';
import { comparisonPage } from '../../views/backtest/compare-page.js';
import { backtestFormPage } from '../../views/backtest/form.js';
import { backtestsPage, runRow } from '../../views/backtest/list.js';
import { runBody, runPage } from '../../views/backtest/run-page.js';
import { BacktestFeed } from '../backtests/feed.js';
import { refuseUnknownSymbol } from '../backtests/known-symbol.js';
import type { BacktestModels } from '../backtests/models.js';
import {
  errorsOf,
  fieldsOfSettings,
  requestFromForm,
  riskFields,
  settingsOf,
  strategyFields,
} from '../backtests/settings.js';
import { parseConfig } from '../../bot/config.js';
import { readConfigText } from '../fleet/configs.js';
import type { PageKit } from '../page-kit.js';
import { botId } from '../web/check.js';
import { fieldsOf, isHtmx, type FormFields } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { shownAgain } from '../web/settings-form.js';
import { refuseForeignStream } from '../web/security.js';
import { existing } from './api-bots.js';
import { runIdOf } from './api-backtests.js';
import { sendHtml, texts } from './pages.js';

/** `/backtests…`: the list, the form, each run, two side by side, and their live streams. */
export function backtestPages(app: FastifyInstance, kit: PageKit, models: BacktestModels): void {
  const { deps } = kit;
  const { backtests } = deps;

  app.get('/backtests', needs('viewer'), async (_request, reply) =>
    sendHtml(reply, backtestsPage(models.runs())),
  );

  app.get('/backtests/new', needs('trader'), async (request, reply) =>
    sendHtml(reply, backtestFormPage(await models.form(filledIn(models, texts(request.query))))),
  );

  /** Where no script runs: the form as it is filled in, with the parameters of another signal or plan. */
  app.post('/backtests/new', needs('trader'), async (request, reply) =>
    sendHtml(reply, backtestFormPage(await models.form(shownAgain(fieldsOf(request))))),
  );

  app.get('/backtests/compare', needs('viewer'), async (request, reply) => {
    const { run } = (request.query ?? {}) as { run?: unknown };
    const ids = (Array.isArray(run) ? run : run === undefined ? [] : [run]).map((id) => runIdOf({ id }));
    return sendHtml(reply, comparisonPage(await models.comparison(ids)));
  });

  app.post('/backtests', needs('trader'), async (request, reply) => {
    const fields = fieldsOf(request);
    try {
      const run = await backtests.start(await refuseUnknownSymbol(deps, settingsOf(requestFromForm(fields))));
      return reply.redirect(`/backtests/${run.id}`, 303);
    } catch (error) {
      const errors = errorsOf(error);
      if (errors === null) throw error;
      return sendHtml(reply, backtestFormPage(await models.form(fields, errors)), 422);
    }
  });

  app.get('/backtests/:id', needs('viewer'), async (request, reply) =>
    sendHtml(reply, runPage(await models.run(runIdOf(request.params)))),
  );

  app.get('/backtests/:id/brief', needs('viewer'), async (request, reply) =>
    sendHtml(reply, backtestBrief(models.existing(runIdOf(request.params)))),
  );

  app.post('/backtests/:id/cancel', needs('trader'), async (request, reply) => {
    const run = await backtests.cancel(runIdOf(request.params));
    const list = fromList(request);
    if (!isHtmx(request)) return reply.redirect(list ? '/backtests' : `/backtests/${run.id}`, 303);
    return sendHtml(reply, list ? runRow(run, ...models.rowOf()) : runBody(await models.run(run.id)));
  });

  app.post('/backtests/:id/delete', needs('trader'), async (request, reply) => {
    await backtests.delete(runIdOf(request.params));
    if (!isHtmx(request)) return reply.redirect('/backtests', 303);
    if (!fromList(request)) void reply.header('hx-redirect', '/backtests');
    return sendHtml(reply, '');
  });

  app.get('/bots/:id/backtest', needs('viewer', 'bot'), async (request, reply) => {
    const id = botId(request.params);
    await existing(deps, id);
    return reply.redirect(await addressForBot(deps.data, id), 303);
  });

  streams(app, kit, models);
}

const fromList = (request: FastifyRequest): boolean => texts(request.query)['from'] === 'list';

/** A form that is called again with another run's settings has them filled in. */
function filledIn(models: BacktestModels, query: FormFields): FormFields {
  const { again } = query;
  return again === undefined ? query : fieldsOfSettings(models.existing(runIdOf({ id: again })).settings);
}

/** The form with a bot's settings; a config that cannot be read has none. */
async function addressForBot(data: string, id: string): Promise<string> {
  try {
    const { name, symbol, interval, budget, signal, plan, risk } = parseConfig(
      await readConfigText(data, id),
      'config.json',
      { id },
    );
    const fields = {
      name,
      symbol,
      interval,
      budget,
      ...strategyFields('signal', signal),
      ...strategyFields('plan', plan),
      ...riskFields(risk),
    };
    return `/backtests/new?${new URLSearchParams(fields).toString()}`;
  } catch {
    return '/backtests/new';
  }
}

function streams(app: FastifyInstance, { deps, addresses }: PageKit, models: BacktestModels): void {
  /** A stream lasts as long as its reader is signed in. */
  const stays =
    ({ who }: FastifyRequest) =>
    (): boolean =>
      who !== null && deps.auth.holds(who);
  const feed = new BacktestFeed(deps.backtests, models);
  app.addHook('onClose', async () => feed.close());

  app.get('/backtests/events', { exposeHeadRoute: false, ...needs('viewer') }, async (request, reply) => {
    refuseForeignStream(request, addresses);
    const client = deps.streams.open(request, reply, () => feed.removeList(client), stays(request));
    feed.addList(client);
  });

  app.get(
    '/backtests/:id/events',
    { exposeHeadRoute: false, ...needs('viewer') },
    async (request, reply: FastifyReply) => {
      refuseForeignStream(request, addresses);
      const { id } = models.existing(runIdOf(request.params));
      const client = deps.streams.open(request, reply, () => feed.removePage(id, client), stays(request));
      await feed.addPage(id, client);
    },
  );
}
