import type { FastifyInstance } from 'fastify';
import { apiDocsPage, type ApiOperation } from '../../views/api-docs.js';
import type { PageKit } from '../page-kit.js';
import { needs } from '../web/needs.js';
import { OPERATIONS, refusals } from '../web/openapi.js';
import { sendHtml } from './pages.js';

const operations: readonly ApiOperation[] = Object.entries(OPERATIONS).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { summary, query, body, ok, errors }]) => ({
    method,
    path,
    summary,
    query: Object.keys(query ?? {}),
    body: body ?? null,
    success: { status: ok[0], description: ok[1] },
    errors: refusals(path, errors),
  })),
);

/** `/api/docs`: the API described for people, from the document for programs. */
export function apiDocs(app: FastifyInstance, { models }: PageKit): void {
  app.get('/api/docs', needs('viewer'), async (_request, reply) =>
    sendHtml(reply, apiDocsPage({ ...models.page(), operations })),
  );
}
