import { INTERVALS } from '../../core/kline.js';
import { allStrategies, planNamed } from '../../strategies/registry.js';
import type { BacktestFormModel, ComparisonModel, RunModel, RunsModel } from '../../views/backtest/model.js';
import type { FormTexts, PageModel } from '../../views/model.js';
import { choiceOf } from '../web/models.js';
import { RequestError } from '../web/errors.js';
import { compare, type Compared } from './compare.js';
import { MOST_RUNS, unknownRun, type BacktestRuns } from './runs.js';
import { riskFields, strategyFields } from './settings.js';
import { listSources, shownRecordingsFolder } from './sources.js';
import type { BacktestSettings, Run } from './types.js';

/** Gathers what the pages of backtests are made from. */
export class BacktestModels {
  readonly #data: string;
  readonly #runs: BacktestRuns;
  readonly #page: () => PageModel;

  constructor(data: string, runs: BacktestRuns, page: () => PageModel) {
    this.#data = data;
    this.#runs = runs;
    this.#page = page;
  }

  runs(): RunsModel {
    return {
      ...this.#page(),
      runs: this.#runs.all(),
      most: MOST_RUNS,
      folder: shownRecordingsFolder(this.#data),
    };
  }

  now(): number {
    return this.#page().now;
  }

  /** What a row needs beside its run. */
  rowOf(): readonly [now: number, token: string | undefined] {
    const { now, token } = this.#page();
    return [now, token];
  }

  /** Errors: `RequestError` where there is none. A result that cannot be read is said on its page. */
  async run(id: string): Promise<RunModel> {
    const run = this.existing(id);
    const others = this.#runs.all().filter((each) => each.state === 'done' && each.id !== id);
    const model = { ...this.#page(), run, others, botAddress: botAddress(run.settings) };
    if (run.state !== 'done') return { ...model, report: null };
    try {
      return { ...model, report: await this.#runs.report(id) };
    } catch (error) {
      if (error instanceof RequestError) return { ...model, report: null, problem: error.message };
      const problem = `The file report.json of this backtest cannot be read. Run it again.`;
      return { ...model, report: null, problem };
    }
  }

  async form(values: FormTexts, errors: FormTexts = {}): Promise<BacktestFormModel> {
    const { signals, plans } = allStrategies();
    return {
      ...this.#page(),
      values,
      errors,
      intervals: INTERVALS,
      signals: signals.map(choiceOf),
      // One that answers its user's trades is only named where it was asked for, with why it cannot be tested.
      plans: plans
        .filter(({ name }) => planNamed(name).follows === undefined || name === values['plan'])
        .map(choiceOf),
      sources: await listSources(this.#data),
      folder: shownRecordingsFolder(this.#data),
    };
  }

  /** Errors: `RequestError` unless both are there and done. */
  async comparison(ids: readonly string[]): Promise<ComparisonModel> {
    return { ...this.#page(), comparison: compare(...(await this.compared(ids))) };
  }

  async compared(ids: readonly string[]): Promise<readonly [Compared, Compared]> {
    const [a, b] = ids;
    if (ids.length !== 2 || a === undefined || b === undefined)
      throw new RequestError(
        400,
        'QUERY_INVALID',
        `Choose two backtests to see them side by side; ${ids.length} ${ids.length === 1 ? 'was' : 'were'} chosen.`,
        'run',
      );
    const [left, right] = await Promise.all([this.#compared(a), this.#compared(b)]);
    return [left, right];
  }

  async #compared(id: string): Promise<Compared> {
    return { run: this.existing(id), report: await this.#runs.report(id) };
  }

  existing(id: string): Run {
    const run = this.#runs.get(id);
    if (run === undefined) throw unknownRun(id);
    return run;
  }
}

/** The form of a new bot with these settings filled in. */
export function botAddress(settings: BacktestSettings): string {
  const { name, symbol, interval, budget, signal, plan, risk } = settings;
  const fields = {
    ...(name === null ? {} : { name }),
    symbol,
    interval,
    budget,
    ...strategyFields('signal', signal),
    ...strategyFields('plan', plan),
    ...riskFields(risk),
  };
  return `/bots/new?${new URLSearchParams(fields).toString()}`;
}
