import { pushRow, pushRuns } from '../../views/backtest/list.js';
import { pushProgress, pushRun } from '../../views/backtest/run-page.js';
import type { PageModel } from '../../views/model.js';
import type { StreamClient } from '../web/sse.js';
import type { BacktestModels } from './models.js';
import type { BacktestRuns } from './runs.js';
import { isOver, type Run } from './types.js';

/** Without the form mark of whoever caused it: a push reaches others too, and scripts need none. */
function forAll<Model extends PageModel>({
  token: _,
  user: __,
  ...model
}: Model): Omit<Model, 'token' | 'user'> {
  return model;
}

/** The live pages of backtests: the list, and the page of each run that somebody looks at. */
export class BacktestFeed {
  readonly #models: BacktestModels;
  readonly #lists = new Set<StreamClient>();
  readonly #pages = new Map<string, Set<StreamClient>>();
  readonly #states = new Map<string, Run['state']>();
  readonly #end: () => void;
  #seq = 0;

  constructor(runs: BacktestRuns, models: BacktestModels) {
    this.#models = models;
    for (const run of runs.all()) this.#states.set(run.id, run.state);
    this.#end = runs.onChange((run, removed) => this.#changed(run, removed));
  }

  close(): void {
    this.#end();
  }

  /** What changed while the page was on its way comes at once. */
  addList(client: StreamClient): void {
    this.#lists.add(client);
    client.send(this.#id(), String(pushRuns(forAll(this.#models.runs()))));
  }

  removeList(client: StreamClient): void {
    this.#lists.delete(client);
  }

  async addPage(id: string, client: StreamClient): Promise<void> {
    const clients = this.#pages.get(id) ?? new Set();
    this.#pages.set(id, clients.add(client));
    client.send(this.#id(), String(pushRun(forAll(await this.#models.run(id)))));
  }

  removePage(id: string, client: StreamClient): void {
    const clients = this.#pages.get(id);
    clients?.delete(client);
    if (clients?.size === 0) this.#pages.delete(id);
  }

  #changed(run: Run, removed: boolean): void {
    const moved = removed || this.#states.get(run.id) !== run.state;
    if (removed) this.#states.delete(run.id);
    else this.#states.set(run.id, run.state);
    const push = (): string =>
      String(moved ? pushRuns(forAll(this.#models.runs())) : pushRow(run, this.#models.now(), undefined));
    if (this.#lists.size > 0) this.#send(this.#lists, push());
    const readers = this.#pages.get(run.id);
    if (readers === undefined || removed) return;
    if (moved && isOver(run)) void this.#tellResult(run.id, readers);
    else this.#send(readers, String(moved ? '' : pushProgress(run)));
  }

  async #tellResult(id: string, readers: ReadonlySet<StreamClient>): Promise<void> {
    const model = await this.#models.run(id).catch(() => null);
    if (model !== null) this.#send(readers, String(pushRun(forAll(model))));
  }

  #send(clients: ReadonlySet<StreamClient>, push: string): void {
    if (push === '') return;
    const id = this.#id();
    for (const client of clients) client.send(id, push);
  }

  #id(): string {
    return `b-${this.#seq++}`;
  }
}
