import { pushRow, pushRuns } from '../../views/backtest/list.js';
import { pushProgress, pushRun } from '../../views/backtest/run-page.js';
import type { PageModel } from '../../views/model.js';
import { onBehalfOf, whoAsks, type Who } from '../auth/context.js';
import type { StreamClient } from '../web/sse.js';
import type { BacktestModels } from './models.js';
import { mayUse, type BacktestRuns } from './runs.js';
import { isOver, type Run } from './types.js';

/** Without the form mark of whoever caused it: a push reaches others too, and scripts need none. */
function forAll<Model extends PageModel>({
  token: _,
  user: __,
  ...model
}: Model): Omit<Model, 'token' | 'user'> {
  return model;
}

/** Who reads which stream: everybody is told of their own runs. */
type Readers = Map<StreamClient, Who | null>;

/** The live pages of backtests: the list, and the page of each run that somebody looks at. */
export class BacktestFeed {
  readonly #models: BacktestModels;
  readonly #lists: Readers = new Map();
  readonly #pages = new Map<string, Readers>();
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
    this.#lists.set(client, whoAsks());
    client.send(this.#id(), String(pushRuns(forAll(this.#models.runs()))));
  }

  removeList(client: StreamClient): void {
    this.#lists.delete(client);
  }

  async addPage(id: string, client: StreamClient): Promise<void> {
    const clients: Readers = this.#pages.get(id) ?? new Map();
    this.#pages.set(id, clients.set(client, whoAsks()));
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
    this.#send(this.#lists, (who) => {
      if (!mayUse(who, run)) return '';
      return String(
        moved ? pushRuns(forAll(this.#models.runs())) : pushRow(run, this.#models.now(), undefined),
      );
    });
    const readers = this.#pages.get(run.id);
    if (readers === undefined || removed) return;
    if (moved && isOver(run)) void this.#tellResult(run.id, readers);
    else this.#send(readers, () => String(moved ? '' : pushProgress(run)));
  }

  async #tellResult(id: string, readers: Readers): Promise<void> {
    for (const [client, who] of readers) {
      const model = await onBehalfOf(who, () => this.#models.run(id)).catch(() => null);
      if (model !== null) client.send(this.#id(), String(pushRun(forAll(model))));
    }
  }

  /** What each user is shown is drawn once. */
  #send(readers: Readers, draw: (who: Who | null) => string): void {
    const id = this.#id();
    const drawn = new Map<string | undefined, string>();
    for (const [client, who] of readers) {
      const push = drawn.get(who?.id) ?? onBehalfOf(who, () => draw(who));
      drawn.set(who?.id, push);
      if (push !== '') client.send(id, push);
    }
  }

  #id(): string {
    return `b-${this.#seq++}`;
  }
}
