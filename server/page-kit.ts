import type { FastifyRequest } from 'fastify';
import { whoAsks } from './auth/context.js';
import { Jobs } from './bulk/jobs.js';
import { BacktestModels } from './backtests/models.js';
import { readEvents } from '../bot/files/log.js';
import type { AppDeps, ServerDeps } from './deps.js';
import { Audiences, VisibleBots, type Audience } from './live/audiences.js';
import { BotFeed } from './live/bot-feed.js';
import { BotLines } from './live/bot-lines.js';
import { botDrawing, overviewDrawing } from './live/drawing.js';
import { addressesOf, type Addresses } from './web/addresses.js';
import { cookieName, cookieOf, sessionCookie } from './web/cookies.js';
import { Templates } from './drafts/templates.js';
import { KeptForms } from './web/kept-forms.js';
import { Models } from './web/models.js';
import { Said } from './web/said.js';
import { sharing } from './web/share.js';
import { WhySince } from './why/since.js';
import { AccountLooks } from './account/looks.js';
import { Reserved } from './account/reserved.js';
import type { AccountsDeps } from './account/seen.js';

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
  readonly models: Models;
  readonly backtests: BacktestModels;
  /** The fleet as whoever asks may see it. */
  readonly audience: () => Audience;
  readonly bot: BotFeed;
  /** What is done with several bots at once. */
  readonly jobs: Jobs;
  /** Each bot's gain over time. */
  readonly lines: BotLines;
  /** Since when what holds bots back does so, of every bot. */
  readonly decided: WhySince;
  readonly accounts: AccountsDeps;
  /** The mark of the forms of who asks. */
  readonly token: string;
  readonly cookies: Cookies;
  readonly addresses: Addresses;
  readonly templates: Templates;
  /** Forms that wait for a password. */
  readonly kept: KeptForms;
  /** What the next page says once. */
  readonly said: Said;
  close(): void;
}

export function makePageKit(given: AppDeps): PageKit {
  const { data, now, owners, auth } = given;
  const lines = new BotLines();
  const audiences = new Audiences({
    store: given.store,
    owners,
    openings: given.openings,
    draw: (audience) =>
      overviewDrawing({
        now,
        page: () => models.page(),
        totals: () => models.totals(audience),
        bots: () => audience.bots.all(),
        lines,
      }),
  });
  const audience = (): Audience => audiences.of(whoAsks());
  const deps: ServerDeps = {
    ...given,
    fleet: sharing(given.fleet),
    store: new VisibleBots(given.store, audience),
  };
  const templates = new Templates(data);
  const models: Models = new Models(deps, audience, templates);
  const backtests = new BacktestModels(data, deps.backtests, () => models.page());
  const bot = new BotFeed(given.store, botDrawing({ now, page: () => models.page() }), {
    decisions: ({ id }) => deps.readDecisions(data, id, DECISIONS_PUSHED),
    log: (id) => deps.readLog(data, id, LOG_PUSHED),
    events: (id) => readEvents(data, id, EVENTS_PUSHED),
  });
  const addresses = addressesOf(given.reach, deps.port);
  const decided = new WhySince({
    bots: () => given.store.all(),
    now,
    decisions: (id) => deps.readDecisions(data, id, 200),
  });
  const accounts: AccountsDeps = {
    all: () => given.store.all(),
    visible: () => deps.store.all(),
    owns: (who, bot) => owners.access(who, bot) === 'own',
    keys: deps.keys,
    reserved: new Reserved(data),
    looks: new AccountLooks({ data, now }),
  };
  const close = (): void => {
    audiences.close();
    bot.close();
    decided.close();
  };
  return {
    deps,
    models,
    backtests,
    bot,
    addresses,
    decided,
    accounts,
    close,
    lines,
    jobs: new Jobs(deps),
    cookies: cookies(addresses, deps.port),
    said: new Said(),
    kept: new KeptForms(now, (who) => auth.formMark(who)),
    templates,
    audience,
    get token() {
      return auth.formMark(whoAsks());
    },
  };
}

function cookies({ isSecure }: Addresses, port: () => number): Cookies {
  return {
    read: (request) => cookieOf(request, cookieName(port(), isSecure(request))),
    set: (request, id) => {
      const secure = isSecure(request);
      return sessionCookie(cookieName(port(), secure), id, secure);
    },
  };
}
