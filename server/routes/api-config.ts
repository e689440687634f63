import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ServerDeps } from '../deps.js';
import { botId, check, NO_QUERY } from '../web/check.js';
import { makeClone } from '../web/making.js';
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

/** What a change of settings would do, and making a bot of a bot. */
export function apiConfig(app: FastifyInstance, deps: ServerDeps): void {
  const { fleet } = deps;

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
    const making = { start, realMoney: request.who !== null && deps.auth.isSure(request.who) };
    await makeClone(deps, from, { id, changes: edit.changes ?? [] }, making);
    void reply.status(201).header('location', `/api/bots/${id}`);
    return { ...(await existing(deps, id)), warnings: await fleet.warnings(id) };
  });
}
