import { randomBytes } from 'node:crypto';
import type { ServerDeps } from './deps.js';
import { BotFeed } from './live/bot-feed.js';
import { Bodies } from './live/bodies.js';
import { botDrawing, overviewDrawing } from './live/drawing.js';
import { OverviewFeed } from './live/overview-feed.js';
import { allowedHosts } from './web/security.js';
import { Models } from './web/models.js';

const DECISIONS_PUSHED = 50;
const LOG_PUSHED = 100;

/** What the page routes share: models, live feeds and the form token of this run. */
export interface PageKit {
  readonly deps: ServerDeps;
  readonly bodies: Bodies;
  readonly models: Models;
  readonly overview: OverviewFeed;
  readonly bot: BotFeed;
  readonly token: string;
  readonly hosts: () => ReadonlySet<string>;
  close(): void;
}

export function makePageKit(deps: ServerDeps): PageKit {
  const { data, store, now } = deps;
  const token = randomBytes(18).toString('base64url');
  const bodies = new Bodies(store, deps.openings);
  const models = new Models(deps, bodies, token);
  const page = () => models.page();
  const overview = new OverviewFeed(
    store,
    overviewDrawing({ now, page, totals: () => models.totals(), bots: () => store.all() }),
  );
  const bot = new BotFeed(store, botDrawing({ now, page }), {
    decisions: ({ id }) => deps.readDecisions(data, id, DECISIONS_PUSHED),
    log: (id) => deps.readLog(data, id, LOG_PUSHED),
  });
  const hosts = (): ReadonlySet<string> => allowedHosts(deps.port());
  const close = (): void => {
    overview.close();
    bot.close();
  };
  return { deps, bodies, models, overview, bot, token, hosts, close };
}
