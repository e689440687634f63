import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { botPage, configEditor, logTail } from '../../views/bot.js';
import type { BotView } from '../../bot/files/view.js';
import type { ConfigModel } from '../../views/model.js';
import { FlotillaError } from '../fleet/errors.js';
import { readConfigText } from '../fleet/configs.js';
import type { PageKit } from '../page-kit.js';
import { appliesToOf, appliesToWrite, savedSentence } from '../web/applies-to.js';
import { botId } from '../web/check.js';
import { fieldsOf } from '../web/forms.js';
import { lastEventId } from '../web/sse.js';
import { needs } from '../web/needs.js';
import { refuseForeignStream } from '../web/security.js';
import { existing } from './api-bots.js';
import { sendHtml, texts } from './pages.js';

const DECISIONS_SHOWN = 50;
const LOG_SHOWN = 100;

/** Names a text, so that an edit of another one is noticed. */
function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

function configModel(bot: BotView, text: string, typed?: string, menu?: string): ConfigModel {
  return {
    id: bot.id,
    text: typed ?? text,
    version: versionOf(text),
    holding: bot.phase !== 'flat',
    appliesTo: menu === 'now' || menu === 'next-cycle' ? menu : appliesToOf(text),
  };
}

/** The pages of one bot, its config editor, and the live streams. */
export function botPages(app: FastifyInstance, kit: PageKit): void {
  const { deps, models } = kit;
  const { data } = deps;

  app.get('/bots/:id', needs('viewer', 'bot'), async (request, reply) => {
    const id = botId(request.params);
    const bot = await existing(deps, id);
    const [decisions, log, text] = await Promise.all([
      deps.readDecisions(data, id, DECISIONS_SHOWN),
      deps.readLog(data, id, LOG_SHOWN),
      readConfigText(data, id).catch(() => ''),
    ]);
    const model = {
      ...models.page(),
      bot,
      decisions: decisions.reverse(),
      log: log.reverse(),
      config: configModel(bot, text),
    };
    return sendHtml(reply, botPage(model));
  });

  app.get('/bots/:id/log', needs('viewer', 'bot'), async (request, reply) => {
    const id = botId(request.params);
    await existing(deps, id);
    return sendHtml(reply, logTail((await deps.readLog(data, id, LOG_SHOWN)).reverse(), deps.now()));
  });

  app.post('/bots/:id/config', needs('trader', 'bot'), async (request, reply) => {
    const id = botId(request.params);
    const bot = await existing(deps, id);
    const { text = '', version = '', appliesTo } = fieldsOf(request);
    // A browser sends every line end of a textarea as CRLF; the file keeps its own.
    const typed = text.replaceAll('\r\n', '\n');
    const present = await readConfigText(data, id);
    const problems = await save(kit, id, { typed, version, present, appliesTo });
    if (problems.length > 0)
      return sendHtml(
        reply,
        configEditor(configModel(bot, present, typed, appliesTo), problems, kit.token),
        422,
      );
    await deps.store.refresh(id);
    const written = await readConfigText(data, id);
    const saved = { ...configModel(bot, written), saved: savedSentence(bot, written) };
    return sendHtml(reply, configEditor(saved, [], kit.token));
  });

  const stream = (request: FastifyRequest, reply: FastifyReply, id: string | undefined): void => {
    refuseForeignStream(request, kit.hosts());
    if (id === undefined) {
      const client = deps.streams.open(request, reply, () => kit.overview.remove(client));
      kit.overview.add(client, lastEventId(request));
    } else {
      const client = deps.streams.open(request, reply, () => kit.bot.remove(id, client));
      void kit.bot.add(id, client);
    }
  };
  app.get('/events', { exposeHeadRoute: false, ...needs('viewer') }, async (request, reply) => {
    const { bot } = texts(request.query);
    if (bot !== undefined) await existing(deps, botId({ id: bot }));
    stream(request, reply, bot);
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

interface Save {
  readonly typed: string;
  readonly version: string;
  readonly present: string;
  readonly appliesTo: string | undefined;
}

/** Saves the text; what stands against it, one sentence each. */
async function save(
  kit: PageKit,
  id: string,
  { typed, version, present, appliesTo }: Save,
): Promise<readonly string[]> {
  if (version !== versionOf(present)) {
    return [
      'The file was changed since this page was loaded. Copy what you typed, load the page again, and make your change there.',
    ];
  }
  const written = appliesToWrite(appliesTo, { present, typed });
  try {
    await kit.deps.fleet.edit(id, {
      text: typed,
      seen: present,
      ...(written === undefined ? {} : { appliesTo: written }),
    });
    return [];
  } catch (error) {
    if (error instanceof FlotillaError && error.httpStatus < 500)
      return error.message.split('\n').map(shortened);
    throw error;
  }
}

/** `…/config.json:3:16: …` without the folders: there is only one file on this page. */
function shortened(line: string): string {
  return line.replace(/^.*?([^/\\]+\.json:\d+:\d+)/, '$1');
}
