import { isHalted } from '../../bot/files/halt-file.js';
import type { BotView } from '../../bot/files/view.js';
import { INTERVALS } from '../../core/kline.js';
import { allStrategies, parametersOf, type ParameterInfo } from '../../strategies/registry.js';
import type {
  Choice,
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
import type { Bodies } from '../live/bodies.js';
import type { EquityTotals } from './equity.js';

/** Gathers what the views are made from. */
export class Models {
  readonly #deps: ServerDeps;
  readonly #bodies: Bodies;
  #counted: { readonly bots: readonly BotView[]; readonly counts: TotalsModel['counts'] } | null = null;

  constructor(deps: ServerDeps, bodies: Bodies) {
    this.#deps = deps;
    this.#bodies = bodies;
  }

  /** Of who asks, where somebody does. */
  page(): PageModel {
    const who = whoAsks();
    const token = this.#deps.auth.formMark(who);
    const user = who === null ? undefined : { name: who.name, role: who.role, token };
    return { now: this.#deps.now(), health: this.#health(), token, user };
  }

  totals(): TotalsModel {
    const bots = this.#deps.store.all();
    if (this.#counted?.bots !== bots) this.#counted = { bots, counts: countStates(bots) };
    const { paper, live } = this.#bodies.equity();
    return {
      paper: this.#line('paper', paper),
      live: this.#line('live', live),
      counts: this.#counted.counts,
    };
  }

  #line(kind: 'paper' | 'live', sums: EquityTotals | null): MoneyLine | null {
    if (sums === null) return null;
    const { currency, equity, gain, today, budget, inMarketPercent } = sums;
    return { currency, equity, budget, all: gain, today, inMarketPercent, history: this.#deps.history(kind) };
  }

  async newBot(values: FormTexts, errors: FormTexts = {}): Promise<NewBotModel> {
    const { signals, plans } = allStrategies();
    const symbols = await this.#deps.markets.instruments('paper').catch(() => []);
    return {
      ...this.page(),
      values,
      errors,
      symbols: symbols.slice(0, 50),
      intervals: INTERVALS,
      signals: signals.map(choiceOf),
      plans: plans.map(choiceOf),
      venues: [{ name: 'paper', title: 'Paper (practice money)' }],
    };
  }

  #health(): Health {
    const halted = isHalted(this.#deps.data);
    return { ...this.#deps.markets.health(), halted, notice: this.#deps.notice() };
  }
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
