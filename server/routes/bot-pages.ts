import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readEvents } from '../../bot/files/log.js';
import { searchLog } from '../../bot/files/log-search.js';
import { ExchangeError } from '../../exchange/port.js';
import { botPage } from '../../views/bot.js';
import { equityPage, equityPanel } from '../../views/equity-line.js';
import { foundLines, logPage } from '../../views/log-panel.js';
import type { Note } from '../../views/model.js';
import { readConfigText } from '../fleet/configs.js';
import type { Who } from '../auth/context.js';
import type { PageKit } from '../page-kit.js';
import { botId, check } from '../web/check.js';
import { equityLine } from '../web/equity-line.js';
import { fieldsOf, isHtmx, type FormFields } from '../web/forms.js';
import { lastEventId, STATE_HEADER } from '../web/sse.js';
import { needs } from '../web/needs.js';
import { whileWaiting } from '../web/waiting.js';
import { refuseForeignStream } from '../web/security.js';
import { existing } from './api-bots.js';
import { shownAgain } from '../web/settings-form.js';
import { configModel } from '../web/settings-model.js';
import { sendHtml, texts } from './pages.js';

const DECISIONS_SHOWN = 50;
const LOG_SHOWN = 100;
const EVENTS_SHOWN = 50;
const FOUND_SHOWN = 200;

const SOUGHT = z.strictObject({
  search: z.string().max(200).trim(),
  level: z.enum(['', 'warn', 'error']),
});

const noted = (note: Note | undefined): { note?: Note } => (note === undefined ? {} : { note });

/** The pages of one bot, and the live streams. */
export function botPages(app: FastifyInstance, kit: PageKit): void {
  const { deps, models } = kit;
  const { data } = deps;

  /** `typed`: its settings as they are filled in. */
  const page = async (id: string, typed?: FormFields) => {
    const found = await existing(deps, id);
    const [decisions, log, events, text] = await Promise.all([
      deps.readDecisions(data, id, DECISIONS_SHOWN),
      deps.readLog(data, id, LOG_SHOWN),
      readEvents(data, id, EVENTS_SHOWN).catch(() => []),
      readConfigText(data, id).catch(() => ''),
    ]);
    kit.bot.tell(id);
    const bot = deps.store.get(id) ?? found;
    return botPage({
      ...models.page(),
      bot,
      decisions: decisions.reverse(),
      log: log.reverse(),
      events: events.reverse(),
      config: configModel(bot, text, typed),
      ...noted(kit.said.take(id)),
    });
  };

  app.get('/bots/:id', needs('viewer', 'bot'), async (request, reply) => {
    // Before anything is read: what is pushed from now on is newer.
    void reply.header(STATE_HEADER, kit.bot.position());
    return sendHtml(reply, await page(botId(request.params)));
  });

  /** Where no script runs: the page with the parameters of another signal or plan, and what is typed still there. */
  app.post('/bots/:id/settings/again', needs('trader', 'bot'), async (request, reply) =>
    sendHtml(reply, await page(botId(request.params), shownAgain(fieldsOf(request)))),
  );

  app.get('/bots/:id/log', needs('viewer', 'bot'), async (request, reply) => {
    const bot = await existing(deps, botId(request.params));
    const { search = '', level = '' } = texts(request.query);
    const sought = check(SOUGHT, { search, level }, 'query');
    const query = { text: sought.search, level: sought.level };
    const none = query.text === '' && query.level === '' && isHtmx(request);
    const { lines, more } = none
      ? { lines: [], more: false }
      : await searchLog(data, bot.id, {
          ...{ text: query.text, level: query.level || 'info', limit: FOUND_SHOWN },
          signal: whileWaiting(reply),
        });
    const found = { ...query, lines: [...lines].reverse(), more };
    return sendHtml(reply, isHtmx(request) ? foundLines(found) : logPage(models.page(), bot, found));
  });

  app.get('/bots/:id/equity', needs('viewer', 'bot'), async (request, reply) => {
    const bot = await existing(deps, botId(request.params));
    const panel = await equityLine(data, bot, deps.markets).then(
      (line) => equityPanel(bot, line),
      (error: unknown) => {
        if (!(error instanceof ExchangeError)) throw error;
        return equityPanel(bot, null, 'The exchange does not answer, so it cannot be told now.');
      },
    );
    return sendHtml(reply, isHtmx(request) ? panel : equityPage(models.page(), bot, panel));
  });

  const stream = (
    request: FastifyRequest,
    reply: FastifyReply,
    id: string | undefined,
    after: string | null = null,
  ): void => {
    refuseForeignStream(request, kit.addresses);
    const { who } = request;
    const sees = (): boolean => id === undefined || deps.owners.access(who as Who, id) !== null;
    const holds = (): boolean => who !== null && deps.auth.holds(who) && sees();
    if (id === undefined) {
      const { overview } = kit.audience();
      const client = deps.streams.open(request, reply, () => overview.remove(client), holds);
      overview.add(client, lastEventId(request) ?? after);
    } else {
      const client = deps.streams.open(request, reply, () => kit.bot.remove(id, client), holds);
      void kit.bot.add(id, client);
    }
  };
  app.get('/events', { exposeHeadRoute: false, ...needs('viewer') }, async (request, reply) => {
    const { bot, after = null } = texts(request.query);
    if (bot !== undefined) await existing(deps, botId({ id: bot }));
    stream(request, reply, bot, after?.slice(0, 80));
  });
  app.get(
    '/bots/:id/events',
    { exposeHeadRoute: false, ...needs('viewer', 'bot') },
    async (request, reply) => {
      const id = botId(request.params);
      await existing(deps, id);
      stream(request, reply, id);
    },
  );
}
