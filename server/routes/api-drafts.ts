import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ServerDeps } from '../deps.js';
import { checkDraft } from '../drafts/check.js';
import { makeMany, manyConfigs, MOST_AT_ONCE } from '../drafts/many.js';
import { draftSchema, type Templates } from '../drafts/templates.js';
import { check, NO_QUERY } from '../web/check.js';
import { needs } from '../web/needs.js';

const DRAFT = z.record(z.string(), z.unknown());
const MANY = z.strictObject({
  config: DRAFT,
  symbols: z.array(z.string().max(20)).min(1).max(MOST_AT_ONCE),
  start: z.boolean().optional(),
});
const TEMPLATE = z.strictObject({ name: z.string().max(200), draft: draftSchema });

/** Bots that are not made yet: what the form says of them, many of one draft, and templates. */
export function apiDrafts(app: FastifyInstance, deps: ServerDeps, templates: Templates): void {
  app.post('/bots/check', needs('trader'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return checkDraft(deps, check(DRAFT, request.body, 'body'));
  });

  app.post('/bots/many', needs('trader'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    const { config, symbols, start = false } = check(MANY, request.body, 'body');
    const realMoney = request.who !== null && deps.auth.isSure(request.who);
    const configs = manyConfigs(config, [...new Set(symbols)]);
    return { bots: await makeMany(deps, configs, { start, realMoney }) };
  });

  app.get('/templates', needs('trader'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return { templates: templates.of(request.who) };
  });

  app.post('/templates', needs('trader'), async (request, reply) => {
    check(NO_QUERY, request.query, 'query');
    const { name, draft } = check(TEMPLATE, request.body, 'body');
    const template = await templates.add(request.who, { name, draft, now: deps.now() });
    return reply.status(201).send({ template });
  });

  app.delete('/templates/:template', needs('trader'), async (request, reply) => {
    check(NO_QUERY, request.query, 'query');
    await templates.remove(request.who, (request.params as { template: string }).template);
    return reply.status(204).send();
  });
}
