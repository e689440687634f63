/** What can be set and what this installation is: the page and `/api/settings`. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { settingsPage } from '../../views/settings.js';
import type { ServerDeps } from '../deps.js';
import type { PageKit } from '../page-kit.js';
import { settingsSeen } from '../settings/seen.js';
import { Sizes } from '../settings/sizes.js';
import { check, NO_QUERY } from '../web/check.js';
import { needs } from '../web/needs.js';
import { sendHtml } from './pages.js';

const seenBy = ({ data, store, now }: ServerDeps) => {
  const sizes = new Sizes(data, now);
  return ({ who }: FastifyRequest) =>
    settingsSeen(data, store.all(), { isAdmin: who?.role === 'admin', sizes });
};

export function apiSettings(app: FastifyInstance, deps: ServerDeps): void {
  const seen = seenBy(deps);
  app.get('/settings', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return seen(request);
  });
}

export function settingsPages(app: FastifyInstance, { deps, models }: PageKit): void {
  const seen = seenBy(deps);
  app.get('/settings', needs('viewer'), async (request, reply) =>
    sendHtml(reply, settingsPage({ ...models.page(), ...(await seen(request)) })),
  );
}
