import { isHalted } from '../../bot/files/halt-file.js';
import type { BotView } from '../../bot/files/view.js';
import { INTERVALS } from '../../core/kline.js';
import { allStrategies, parametersOf, type ParameterInfo } from '../../strategies/registry.js';
import type {
  Alert,
  Choice,
  Counts,
  FormTexts,
  Health,
  MoneyLine,
  NewBotModel,
  PageModel,
  Parameter,
  TotalsModel,
} from '../../views/model.js';
import { countStates } from '../../views/state.js';
import { whoAsks } from '../auth/context.js';
import type { ServerDeps } from '../deps.js';
import type { Audience } from '../live/audiences.js';
import type { Templates } from '../drafts/templates.js';
import { keysOf } from '../keys/visible.js';
import { needsYou, whyCount } from '../why/judge.js';
import type { EquityTotals } from './equity.js';
import { venueOfForm } from './new-bot-form.js';
import { searchSymbols } from './symbols.js';

const SYMBOLS_LISTED = 50;
const VENUE_WORDS = {
  'binance-testnet': 'Binance testnet (practice money)',
  binance: 'Binance (real money)',
};

/** Gathers what the views are made from. */
export class Models {
  readonly #deps: ServerDeps;
  readonly #audience: () => Audience;
  readonly #templates: Templates;
  readonly #counted = new WeakMap<readonly BotView[], Counts>();

  constructor(deps: ServerDeps, audience: () => Audience, templates: Templates) {
    this.#deps = deps;
    this.#templates = templates;
    this.#audience = audience;
  }

  /** Of who asks, where somebody does. */
  page(): PageModel {
    const who = whoAsks();
    const token = this.#deps.auth.formMark(who);
    const user = who === null ? undefined : { name: who.name, role: who.role, token };
    return { now: this.#deps.now(), health: this.#health(), token, user };
  }

  /** Of the bots that one kind of reader sees; of who asks if left out. */
  totals(audience: Pick<Audience, 'bots' | 'bodies' | 'whole'> = this.#audience()): TotalsModel {
    const bots = audience.bots.all();
    const counts = this.#counted.get(bots) ?? countStates(bots);
    this.#counted.set(bots, counts);
    const { paper, live } = audience.bodies.equity();
    const halted = isHalted(this.#deps.data);
    // Of the same look as Why and its badge, so that all agree.
    const now = this.#deps.now();
    const alerts = bots.flatMap((bot) => alertOf(bot, now));
    const heldBack = whyCount(bots, now) - alerts.length;
    // The line of the past is the whole fleet's.
    const history = (kind: 'paper' | 'live') => (audience.whole ? this.#deps.history(kind) : []);
    return {
      paper: lineOf(paper, history('paper')),
      live: lineOf(live, history('live')),
      halted,
      heldBack,
      counts: { ...counts, needsYou: alerts.length },
      alerts: alerts.slice(0, ALERTS),
    };
  }

  async newBot(values: FormTexts, more: Partial<NewBotModel> = {}): Promise<NewBotModel> {
    const { signals, plans } = allStrategies();
    const market = { venue: venueOfForm(values['venue'] ?? ''), search: '', limit: SYMBOLS_LISTED };
    const [symbols, venues] = await Promise.all([
      searchSymbols(this.#deps.markets, market).catch(() => []),
      this.#venues(),
    ]);
    return {
      ...this.page(),
      values,
      errors: {},
      symbols,
      intervals: INTERVALS,
      signals: signals.map(choiceOf),
      plans: plans.map(choiceOf),
      venues,
      templates: this.#templates.of(whoAsks()),
      bots: this.#audience()
        .bots.all()
        .map(({ id, name }) => ({ id, name })),
      report: null,
      ...more,
    };
  }

  /** Paper, and what the stored keys of who asks are for. */
  async #venues(): Promise<NewBotModel['venues']> {
    const stored = await keysOf(this.#deps.keys, whoAsks(), () => false).catch(() => ({ keys: [] }));
    const live = stored.keys.map(({ id, venue }) => ({
      name: `${venue}/${id}`,
      title: `${VENUE_WORDS[venue]}, key ${id}`,
    }));
    return [{ name: 'paper', title: 'Paper (practice money)' }, ...live];
  }

  #health(): Health {
    const halted = isHalted(this.#deps.data);
    const { markets, store, now, notice, livePrices } = this.#deps;
    const needLook = whoAsks() === null ? 0 : whyCount(store.all(), now());
    return { ...markets.health(), halted, needLook, notice: notice(), livePrices: livePrices() };
  }
}

const ALERTS = 5;

/** Of a bot that needs somebody, why. */
function alertOf(bot: BotView, now: number): Alert[] {
  const act = needsYou(bot, now);
  return act === undefined ? [] : [{ id: bot.id, name: bot.name, text: act.sentence }];
}

/** A signal or plan as the form offers it. */
export function choiceOf(
  one: Parameters<typeof parametersOf>[0] & { name: string; title: string; description: string },
): Choice {
  return {
    name: one.name,
    title: one.title,
    description: one.description,
    parameters: parametersOf(one).map(parameterOf),
  };
}

function parameterOf(info: ParameterInfo): Parameter {
  const { name, title, description, type, minimum, exclusiveMinimum = false, maximum, choices } = info;
  const shape = type === 'number' || type === 'integer' || type === 'boolean' ? type : 'string';
  return {
    name,
    title,
    description,
    type: shape,
    ...(info.default === null ? {} : { default: info.default }),
    ...(minimum === null ? {} : { minimum, exclusiveMinimum }),
    ...(maximum === null ? {} : { maximum }),
    ...(choices.length === 0 ? {} : { choices }),
  };
}

function lineOf(sums: EquityTotals | null, history: readonly number[]): MoneyLine | null {
  if (sums === null) return null;
  const { currency, equity, gain, today, budget, inMarketPercent, others, unread } = sums;
  return { currency, equity, budget, all: gain, today, inMarketPercent, history, others, unread };
}
