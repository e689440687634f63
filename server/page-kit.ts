import type { FastifyRequest } from 'fastify';
import { whoAsks } from './auth/context.js';
import { BacktestModels } from './backtests/models.js';
import { readEvents } from '../bot/files/log.js';
import type { ServerDeps } from './deps.js';
import { BotFeed } from './live/bot-feed.js';
import { Bodies } from './live/bodies.js';
import { botDrawing, overviewDrawing } from './live/drawing.js';
import { OverviewFeed } from './live/overview-feed.js';
import { cookieName, cookieOf, sessionCookie } from './web/cookies.js';
import { allowedHosts } from './web/security.js';
import { Models } from './web/models.js';

const DECISIONS_PUSHED = 50;
const LOG_PUSHED = 100;
const EVENTS_PUSHED = 50;

/** How the session's cookie is read and set. */
export interface Cookies {
  read(request: FastifyRequest): string | undefined;
  /** The header that sets it; an empty id takes it away. */
  set(request: FastifyRequest, id: string): string;
}

/** What the page routes share: models, live feeds, form marks and cookies. */
export interface PageKit {
  readonly deps: ServerDeps;
  readonly bodies: Bodies;
  readonly models: Models;
  readonly backtests: BacktestModels;
  readonly overview: OverviewFeed;
  readonly bot: BotFeed;
  /** The mark of the forms of who asks. */
  readonly token: string;
  readonly cookies: Cookies;
  readonly hosts: () => ReadonlySet<string>;
  close(): void;
}

export function makePageKit(deps: ServerDeps): PageKit {
  const { data, store, now } = deps;
  const bodies = new Bodies(store, deps.openings);
  const models = new Models(deps, bodies);
  const page = () => models.page();
  const backtests = new BacktestModels(data, deps.backtests, page);
  const overview = new OverviewFeed(
    store,
    overviewDrawing({ now, page, totals: () => models.totals(), bots: () => store.all() }),
  );
  const bot = new BotFeed(store, botDrawing({ now, page }), {
    decisions: ({ id }) => deps.readDecisions(data, id, DECISIONS_PUSHED),
    log: (id) => deps.readLog(data, id, LOG_PUSHED),
    events: (id) => readEvents(data, id, EVENTS_PUSHED),
  });
  const hosts = (): ReadonlySet<string> => allowedHosts(deps.port());
  const close = (): void => {
    overview.close();
    bot.close();
  };
  return {
    deps,
    bodies,
    models,
    backtests,
    overview,
    bot,
    hosts,
    close,
    cookies: cookies(deps.port),
    get token() {
      return deps.auth.formMark(whoAsks());
    },
  };
}

function cookies(port: () => number): Cookies {
  return {
    read: (request) => cookieOf(request, cookieName(port(), false)),
    set: (_request, id) => sessionCookie(cookieName(port(), false), id, false),
  };
}
