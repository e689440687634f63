import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { versionOf } from '../../bot/files/config-history.js';
import type { ServerDeps } from '../deps.js';
import { readConfigText, type ConfigEdit } from '../fleet/configs.js';
import { botId, check, NO_QUERY } from '../web/check.js';
import { problemsOf } from '../web/config-attempt.js';
import { editionNamed, editionsOf } from '../web/config-editions.js';
import { RequestError } from '../web/errors.js';
import { needs } from '../web/needs.js';
import { changesOf } from '../web/patch.js';
import { existing } from './api-bots.js';

const PATCH = z.record(z.string(), z.unknown());
const CLONE = z.strictObject({
  id: z.string(),
  /** As in PATCH: what the clone has otherwise. */
  changes: PATCH.optional(),
  start: z.boolean().optional(),
});
const WHEN = z.enum(['now', 'next-cycle']).exactOptional();
/** `version`: of the text that it was made from. */
const TEXT = z.strictObject({ text: z.string(), version: z.string(), appliesTo: WHEN });
const CHECK = z.strictObject({ text: z.string() });
const ROLLBACK = z.strictObject({ to: z.string(), appliesTo: WHEN });

/** The settings as text, what a change of them would do, what they were, and making a bot of a bot. */
export function apiConfig(app: FastifyInstance, deps: ServerDeps): void {
  const { data, store, fleet } = deps;

  app.get('/bots/:id/config', needs('viewer', 'bot'), async (request) => {
    const id = botId(request.params);
    check(NO_QUERY, request.query, 'query');
    await existing(deps, id);
    const text = await readConfigText(data, id);
    return { text, version: versionOf(text) };
  });

  app.put('/bots/:id/config', needs('trader', 'bot'), async (request) => {
    const id = botId(request.params);
    check(NO_QUERY, request.query, 'query');
    const { text, version, ...when } = check(TEXT, request.body, 'body');
    await existing(deps, id);
    const seen = await readConfigText(data, id);
    if (versionOf(seen) !== version)
      throw new RequestError(
        409,
        'CONFIG_CHANGED',
        `The config of ${id} is not that of the version you name any more. Read it again and make your change there.`,
        'version',
      );
    return edited(id, { text, seen, ...when });
  });

  app.post('/bots/:id/config/check', needs('trader', 'bot'), async (request) => {
    const id = botId(request.params);
    check(NO_QUERY, request.query, 'query');
    const { text } = check(CHECK, request.body, 'body');
    await existing(deps, id);
    return { problems: problemsOf(text, id) };
  });

  app.get('/bots/:id/config/history', needs('viewer', 'bot'), async (request) => {
    const id = botId(request.params);
    check(NO_QUERY, request.query, 'query');
    await existing(deps, id);
    return { editions: await editionsOf(data, id) };
  });

  app.post('/bots/:id/rollback', needs('trader', 'bot'), async (request) => {
    const id = botId(request.params);
    check(NO_QUERY, request.query, 'query');
    const { to, ...when } = check(ROLLBACK, request.body, 'body');
    await existing(deps, id);
    const { text } = await editionNamed(data, id, to);
    return edited(id, { text, seen: await readConfigText(data, id), ...when });
  });

  async function edited(id: string, edit: ConfigEdit) {
    await fleet.edit(id, edit);
    await store.refresh(id);
    return existing(deps, id);
  }

  app.post('/bots/:id/preview', needs('trader', 'bot'), async (request) => {
    const id = botId(request.params);
    check(NO_QUERY, request.query, 'query');
    const patch = check(PATCH, request.body, 'body');
    await existing(deps, id);
    return fleet.previewEdit(id, changesOf(patch));
  });

  app.post('/bots/:id/clone', needs('trader', 'bot'), async (request, reply) => {
    const from = botId(request.params);
    check(NO_QUERY, request.query, 'query');
    const { id, changes, start = false } = check(CLONE, request.body, 'body');
    await existing(deps, from);
    const edit = changes === undefined ? {} : changesOf(changes);
    await fleet.clone(from, { id, changes: edit.changes ?? [] }, { start });
    await store.refreshWithProcess(id);
    void reply.status(201).header('location', `/api/bots/${id}`);
    return existing(deps, id);
  });
}
