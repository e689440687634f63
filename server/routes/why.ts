/** Why bots do not do what their owner might expect: the page, `/api/why` and `/api/bots/:id/why`. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { whyPage, whyRefresh, type WhyModel, type WhyShow } from '../../views/why.js';
import type { ServerDeps } from '../deps.js';
import type { PageKit } from '../page-kit.js';
import { botId, check, NO_QUERY } from '../web/check.js';
import { isHtmx } from '../web/forms.js';
import { needs } from '../web/needs.js';
import type { Weight, WhyBot } from '../../views/why-model.js';
import { whyOf } from '../why/seen.js';
import type { WhySince } from '../why/since.js';
import { existing } from './api-bots.js';
import { sendHtml, texts } from './pages.js';

const SHOWS = ['all', 'act', 'held', 'calm'] as const;
const QUERY = z.strictObject({
  show: z.enum(SHOWS).default('all'),
  search: z.string().max(60).default(''),
});

/** So many bots of one kind stand on the page beside others, and alone. */
const BESIDE_OTHERS = 60;
const ALONE = 500;

export function apiWhy(
  app: FastifyInstance,
  { store, now, decided }: ServerDeps & { decided: WhySince },
): void {
  const since = decided.of.bind(decided);
  app.get('/why', needs('viewer'), async (request) => {
    const { show, search } = check(QUERY, request.query, 'query');
    const bots = fitting(whyOf(store.all(), now(), since), search);
    return { counts: countsOf(bots), bots: bots.filter(({ weight }) => show === 'all' || weight === show) };
  });

  app.get('/bots/:id/why', needs('viewer', 'bot'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    const bot = await existing({ store }, botId(request.params));
    const [why] = whyOf([bot], now(), since);
    return why;
  });
}

export function whyPages(app: FastifyInstance, { deps, models, decided }: PageKit): void {
  const since = decided.of.bind(decided);
  app.get('/why', needs('viewer'), async (request, reply) => {
    const { show: asked = 'all', search: text = '' } = texts(request.query);
    const show = SHOWS.find((each) => each === asked) ?? 'all';
    const search = text.trim().slice(0, 60);
    const all = deps.store.all();
    const bots = fitting(whyOf(all, deps.now(), since), search);
    const filter = { show, search };
    const shown = SHOWS.flatMap((weight) => ofWeight(bots, weight, show));
    const model: WhyModel = {
      ...models.page(),
      bots: shown,
      counts: countsOf(bots),
      filter,
      all: all.length,
    };
    return sendHtml(reply, isHtmx(request) ? whyRefresh(model) : whyPage(model));
  });
}

function ofWeight(bots: readonly WhyBot[], weight: WhyShow, show: WhyShow): readonly WhyBot[] {
  if (show !== 'all' && weight !== show) return [];
  return bots.filter((bot) => bot.weight === weight).slice(0, show === 'all' ? BESIDE_OTHERS : ALONE);
}

function fitting(bots: readonly WhyBot[], search: string): readonly WhyBot[] {
  if (search === '') return bots;
  const wanted = search.toLowerCase();
  return bots.filter(({ id, name, symbol, findings }) =>
    [id, name, symbol, ...findings.flatMap(({ code, sentence }) => [code, sentence])].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
}

function countsOf(bots: readonly WhyBot[]): Record<Weight, number> {
  const counts = { act: 0, held: 0, calm: 0 };
  for (const { weight } of bots) counts[weight] += 1;
  return counts;
}
