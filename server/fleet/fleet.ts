import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { accountOf, isBotId, type BotConfig } from '../../bot/config.js';
import { byBotId } from '../../bot/config/id.js';
import {
  botFolder,
  listBotIds,
  mayTradeThere,
  readDesired,
  readStatus,
  writeDesired,
  type Desired,
} from '../../bot/files/folder.js';
import type { Asked } from '../../bot/files/command-files.js';
import { readHalt, removeHalt, writeHalt } from '../../bot/files/halt-file.js';
import { foresee, type Foresight } from '../../bot/files/foresight.js';
import { ownedAlike } from '../../bot/files/owners-look.js';
import { removeReservation } from '../../bot/files/reservations.js';
import { Starts } from '../../bot/files/starts.js';
import { loadBotView } from '../../bot/files/load.js';
import type { BotView } from '../../bot/files/view.js';
import type { Halt } from '../../core/halt.js';
import type { WorstCase } from '../../core/strategy.js';
import type { PaperAddress } from '../../exchange/venues.js';
import { builtScripts, keysScript, removeUnusedCopies, versionedCopy, type Scripts } from './bundles.js';
import {
  changeConfig,
  checkId,
  cloneConfig,
  configFrom,
  createConfig,
  readConfig,
  refuseMissing,
  writeSchema,
  type Cloning,
  type ConfigEdit,
} from './configs.js';
import { giveCommand, type Commanded, type Wanted } from './commands.js';
import { previewEdit, type EditPreview } from './edit-preview.js';
import { FlotillaError, notStarted } from './errors.js';
import { followsUser, refuseSecondFollower } from './followers.js';
import { capsOverview, releaseReservation, setCaps, type CapsOverview } from './caps.js';
import { accountsMoney, type AccountMoney } from './account-money.js';
import type { CapChange } from '../../bot/config/caps.js';
import {
  accountFree,
  accountFreeOf,
  freeWords,
  releaseFlat,
  reserveFor,
  uncoveredWords,
  type AccountFree,
} from './reserving.js';
import { botProcess, KEYS_PROCESS, PAPER_PROCESS, refuseForeign } from './names.js';
import { botOrphan, endOrphan, paperOrphan } from './orphans.js';
import { Pace } from './pace.js';
import { bringPaperUp } from './paper.js';
import { botSpec, untilReady } from './starts.js';
import { afterHalt } from './halting.js';
import type { Down, Halted, Reconciled, Stopped } from './outcomes.js';
import type { ProcessStatus, Supervisor } from './supervisor.js';
import { bringAgentUp, type AgentHost } from '../keys/key-process.js';
import { Keys } from '../keys/keys.js';
import type { Preflight } from '../../exchange/keys/shown.js';
import { isLiveConfig, preflight, refuseRealMoney, refuseUnfit } from '../keys/preflight.js';
import { firstCloseWords } from './first-close.js';
import { inTurn } from './turns.js';
import { checkKey, checkVenue, worstCaseOf } from './venue-check.js';
import { cancelEntries } from './withdraw.js';
import { refuseWithdrawingCommand, refuseWithdrawingEdit } from './withdrawing.js';

const LIVE_STARTS_PER_MINUTE = 25;
const STARTS_AT_ONCE = 8;

/** What a bot may cost, and what its account has left for it; null where that does not answer. */
export interface Cost extends WorstCase {
  readonly account?: AccountFree | null;
  /** Sentences about what keeps it from starting as things are; a bot that stands still may have it so. */
  readonly warnings: readonly string[];
}

/** What becomes of a bot once it is made. `realMoney`: somebody has said so. */
export interface Making {
  readonly start?: boolean;
  readonly realMoney?: boolean;
}

export interface FleetOptions {
  /** The data folder. */
  readonly data: string;
  readonly supervisor: Supervisor;
  /** What the supervisor runs; what `npm install` built if left out. */
  readonly scripts?: Scripts;
  /** How long a start may take until the bot says ready (ms). */
  readonly readyWithinMs?: number;
}

/**
 * The use cases of a fleet, the same for the command line and the server. It holds no state: files and the supervisor
 * do, so that both may work at once; per bot they take turns. Errors are `FlotillaError`s.
 */
export class Fleet {
  readonly data: string;
  readonly #supervisor: Supervisor;
  readonly #scripts: Scripts;
  readonly #readyWithinMs: number | undefined;
  /** The exchange keys of the data folder. */
  readonly keys: Keys;
  protected readonly keyHost: AgentHost;
  readonly #pace = new Pace(LIVE_STARTS_PER_MINUTE);

  constructor({ data, supervisor, scripts, readyWithinMs }: FleetOptions) {
    this.data = resolve(data);
    this.#supervisor = supervisor;
    this.#scripts = scripts ?? builtScripts();
    this.#readyWithinMs = readyWithinMs;
    this.keyHost = { data: this.data, supervisor, script: keysScript() };
    this.keys = new Keys(this.keyHost);
  }

  /** What a config may cost before it is a bot; null where its venue does not answer. Errors: those of `create`. */
  async worstCase(config: unknown): Promise<Cost | null> {
    const read = configFrom(config);
    const worst = await worstCaseOf(this.data, read);
    if (worst === null) return null;
    const account = await accountFree(this.data, read);
    const free = account === null ? [] : [freeWords(account)];
    return { ...worst, account, words: [...worst.words, ...free], warnings: uncoveredWords(account) };
  }

  /** What keeps a bot from starting as its account is, in sentences; none where the account does not answer. */
  async warnings(id: string): Promise<readonly string[]> {
    return uncoveredWords(await accountFreeOf(this.data, await readConfig(this.data, id)));
  }

  /** What all bots together may have, and what is set aside for each. Errors: CONFIG_INVALID. */
  caps(): Promise<CapsOverview> {
    return capsOverview(this.data);
  }

  /** What the accounts have of which something is set aside. Errors: RESERVATIONS_UNREADABLE. */
  accounts(): Promise<AccountMoney[]> {
    return accountsMoney(this.data);
  }

  /** Errors: CONFIG_INVALID; nothing is changed then. */
  setCaps(changes: readonly CapChange[]): Promise<CapsOverview> {
    return setCaps(this.data, changes);
  }

  /** Gives back what is set aside for a bot that is gone or stopped. Errors: NO_RESERVATION, RESERVATION_IN_USE. */
  async release(id: string): Promise<void> {
    checkId(id);
    const exists = (await listBotIds(this.data)).includes(id);
    await releaseReservation(this.data, id, exists);
  }

  /**
   * Makes a bot of a config (as the JSON file says it), stopped unless asked to start. Errors: all mistakes at once, each in
   * `mistakes`; NOT_STARTED, it is made then.
   */
  async create(config: unknown, options: Making = {}): Promise<BotConfig> {
    const id = (config as { id?: unknown } | null)?.id;
    const create = (): Promise<BotConfig> => createConfig(this.data, config);
    const created = await (isBotId(id) ? this.#inTurn(id, create) : create());
    await this.startMade(created.id, options);
    return created;
  }

  /**
   * Changes a config; a running bot notices by itself. Refused whole when the result is not valid.
   * Errors: PASSWORD_REQUIRED where real money would lose protection and nobody is sure.
   */
  edit(id: string, edit: ConfigEdit): Promise<BotConfig> {
    checkId(id);
    const allows = async (config: BotConfig): Promise<void> => {
      if (!this.isSure()) await refuseWithdrawingEdit(this.data, config);
    };
    return this.#inTurn(id, () => changeConfig(this.data, id, edit, allows));
  }

  /** Whether whoever asks may take protection from real money: who has the files may. */
  protected isSure(): boolean {
    return true;
  }

  /** What such an edit would do, for the asking. Errors: those of `edit`. */
  previewEdit(id: string, edit: ConfigEdit): Promise<EditPreview> {
    checkId(id);
    return previewEdit(this.data, id, edit);
  }

  /** Makes another bot with this one's config and its changes, stopped unless asked to start; no state is copied. */
  async clone(id: string, wanted: Cloning, options: Making = {}): Promise<BotConfig> {
    checkId(id);
    const clone = (): Promise<BotConfig> => cloneConfig(this.data, id, wanted);
    const made = await (isBotId(wanted.id) ? this.#inTurn(wanted.id, clone) : clone());
    await this.startMade(wanted.id, options);
    return made;
  }

  /** Starts a bot that was just made, where that was asked for. Errors: NOT_STARTED with the reason; it stays made. */
  protected async startMade(id: string, { start = false, realMoney = false }: Making): Promise<void> {
    if (!start) return;
    await this.start(id, { realMoney }).catch((error: unknown) => {
      throw notStarted(id, error);
    });
  }

  /** What stands between a bot and real money, line by line. Errors: LIVE_ONLY for a bot on paper. */
  async preflight(id: string): Promise<Preflight> {
    const config = await readConfig(this.data, id);
    if (isLiveConfig(config)) return preflight(this.data, this.keys, config, await this.list());
    throw new FlotillaError(
      'LIVE_ONLY',
      `The bot "${id}" trades on paper: there is nothing to ask beforehand.`,
    );
  }

  /**
   * Starts a bot and waits until it says ready; does nothing to one that is ready already. One that trades real money
   * starts only where somebody has said so, in the way that befits the door they came through. Errors: REAL_MONEY.
   */
  async start(id: string, { realMoney = false }: { realMoney?: boolean } = {}): Promise<void> {
    await refuseMissing(this.data, id);
    await this.#inTurn(id, async () => {
      await this.#desireRunning(id, realMoney);
      if (await this.#isReady(id)) return;
      await this.#launch(id);
    });
  }

  /** Stops a bot: it cancels its resting entries and keeps its protection. */
  async stop(id: string): Promise<Stopped> {
    await refuseMissing(this.data, id);
    return this.#inTurn(id, () => this.#stop(id));
  }

  /** Ends the process and starts it anew, on the newest build; entries and protection stay as they are. */
  async restart(id: string): Promise<void> {
    await refuseMissing(this.data, id);
    await this.#inTurn(id, async () => {
      await this.#desireRunning(id, false);
      await this.#launch(id);
    });
  }

  /**
   * Stops a bot and removes its folder (its books are kept in `.deleted/`).
   * Errors: BOT_HOLDS_POSITION unless `force`: its protection would stay on the exchange with nobody to follow it.
   */
  async delete(id: string, { force = false }: { force?: boolean } = {}): Promise<Stopped> {
    await refuseMissing(this.data, id);
    return this.#inTurn(id, async () => {
      if (!force) await this.#refuseHolding(id);
      const stopped = await this.#stop(id);
      // Asked again: its entry may have been filled while it stopped.
      if (!force) await this.#refuseHolding(id);
      await removeReservation(this.data, id);
      const deleted = join(this.data, '.deleted');
      await mkdir(deleted, { recursive: true, mode: 0o700 });
      await rename(botFolder(this.data, id).folder, join(deleted, `${id}-${Date.now()}`));
      return stopped;
    });
  }

  /** Tells a bot something, durably; a stopped one does it at its next start. Errors: as `giveCommand`, PASSWORD_REQUIRED. */
  async command(id: string, wanted: Wanted): Promise<Commanded> {
    const bot = await this.show(id);
    if (!this.isSure()) refuseWithdrawingCommand(bot, wanted);
    return giveCommand(this.data, bot, wanted);
  }

  /** What a command would do now; null for a bot that has never run. Errors: BOT_NOT_FOUND. */
  async foresee(id: string, asked: Asked): Promise<Foresight | null> {
    await refuseMissing(this.data, id);
    const foresight = await foresee(this.data, id, asked);
    if (foresight?.knowsNoPrice !== true) return foresight;
    const when = await firstCloseWords(this.data, await this.show(id));
    return { ...foresight, words: foresight.words.map((each, at) => (at === 0 ? `${each}${when}` : each)) };
  }

  /**
   * Throws the fleet's kill switch: it is in force once it is on the disk, whoever runs. Positions are kept with their
   * protection, or sold (`flatten`) by the bots that run.
   */
  async halt({ flatten = false }: { flatten?: boolean } = {}): Promise<Halted> {
    const halt = await writeHalt(this.data, { flatten });
    await this.switched();
    const processes = await this.processes().catch(() => []);
    const ids = await listBotIds(this.data);
    return afterHalt(this.data, halt, await Promise.all(ids.map((id) => this.#view(id, processes))));
  }

  /** Takes the kill switch back; whether it was thrown. */
  async resume(): Promise<boolean> {
    const was = await removeHalt(this.data);
    await this.switched();
    return was;
  }

  /** The kill switch was thrown or taken back: for whoever writes down who did, before anything is waited for. */
  protected async switched(): Promise<void> {}

  /** The kill switch as it is; null while it is not thrown. */
  halted(): Halt | null {
    return readHalt(this.data);
  }

  desired(id: string): Promise<Desired> {
    return readDesired(this.data, id);
  }

  /** Every bot as the world sees it, by id. */
  async list(): Promise<BotView[]> {
    const processes = await this.processes();
    return Promise.all((await listBotIds(this.data)).map((id) => this.#view(id, processes)));
  }

  /** One bot. Errors: BOT_ID_INVALID, BOT_NOT_FOUND. */
  async show(id: string): Promise<BotView> {
    await refuseMissing(this.data, id);
    return this.#view(id, await this.processes());
  }

  /** The supervisor's processes of this data folder. */
  async processes(): Promise<ProcessStatus[]> {
    return (await this.#supervisor.list()).filter((status) => status.dataFolder === this.data);
  }

  /** Before anything is changed for a start that could not succeed. Errors: NAME_TAKEN. */
  async refuseOtherFleet(): Promise<void> {
    const present = (await this.#supervisor.list()).find(({ name }) => name === PAPER_PROCESS);
    if (present !== undefined) refuseForeign(present, { name: PAPER_PROCESS, dataFolder: this.data });
  }

  /** The data folder of another fleet that runs under this supervisor; null where there is none. */
  async otherFleet(): Promise<string | null> {
    const others = (await this.#supervisor.list()).filter(
      ({ dataFolder, status }) => dataFolder !== null && dataFolder !== this.data && status === 'online',
    );
    return others[0]?.dataFolder ?? null;
  }

  /** Finds the paper exchange running, or starts it. `market`: arguments of `flotilla paper`; the last ones if left out. */
  async upPaper(options: { market?: readonly string[] } = {}): Promise<PaperAddress> {
    const turn = this.#turn(PAPER_PROCESS);
    return inTurn(turn, 'starting the paper exchange', () =>
      bringPaperUp(
        { data: this.data, supervisor: this.#supervisor, script: this.#scripts.paper },
        options.market,
      ),
    );
  }

  /** Starts the key agent where one is needed and none answers. Whether bots wait for somebody to unlock it. */
  async upKeys(): Promise<{ locked: boolean }> {
    const status = await inTurn(this.#turn(KEYS_PROCESS), 'starting the key agent', () =>
      bringAgentUp(this.keyHost),
    );
    return { locked: status?.locked ?? false };
  }

  /**
   * Starts what should run and does not, and takes survivors of a dead supervisor back under it. `lostOnly` leaves alone
   * what the supervisor still knows: a process that a person stopped with the supervisor's own tool stays stopped.
   */
  async reconcileDesired({ lostOnly = false }: { lostOnly?: boolean } = {}): Promise<Reconciled[]> {
    const ids: string[] = [];
    for (const id of await listBotIds(this.data)) if ((await this.desired(id)) === 'running') ids.push(id);
    const outcomes: Reconciled[] = [];
    const worker = async (): Promise<void> => {
      for (let id = ids.shift(); id !== undefined; id = ids.shift())
        outcomes.push(await this.#reconcile(id, lostOnly));
    };
    await Promise.all(Array.from({ length: STARTS_AT_ONCE }, worker));
    return outcomes.sort((a, b) => byBotId(a.id, b.id));
  }

  /** What a start of the server begins with: the schema for editors, and no copies of bundles that nobody runs. */
  async tidy(): Promise<void> {
    await writeSchema(this.data);
    const running = (await this.#supervisor.list()).map((status) => status.script);
    const newest = Object.values(this.#scripts).map((script) => versionedCopy(this.data, script));
    await removeUnusedCopies(this.data, new Set([...running, ...(await Promise.all(newest))]));
  }

  /** Ends the bots and the paper exchange; what should run stays noted, positions and orders stay as they are. */
  async downAll(): Promise<Down> {
    const running = (await this.processes()).map((status) => status.name);
    const ids = await listBotIds(this.data);
    const ended = await Promise.all(ids.map(async (id) => ((await this.#end(id, running)) ? id : null)));
    const openEntries = (await this.list()).flatMap((bot) =>
      bot.openOrders.filter((order) => order.side === 'BUY').map((order) => ({ id: bot.id, order })),
    );
    const paper = await this.#endPaper(running);
    const keys = running.includes(KEYS_PROCESS);
    if (keys) await this.#supervisor.stop(KEYS_PROCESS);
    return { bots: ended.filter((id) => id !== null), paper, keys, openEntries };
  }

  async #reconcile(id: string, lostOnly: boolean): Promise<Reconciled> {
    try {
      const { venue } = await readConfig(this.data, id);
      const outcome = await this.#inTurn(id, async () => {
        const known = (await this.processes()).find((status) => status.name === botProcess(id));
        const orphan = await botOrphan(this.data, id, () => this.#supervisor.list());
        const ended = known?.status === 'stopped' || known?.status === 'errored';
        // Asked again in turn: it may have been stopped meanwhile.
        const wanted = (await this.desired(id)) === 'running';
        if (!wanted || (known !== undefined && orphan === null && (lostOnly || !ended))) return 'running';
        if (venue !== 'paper') await pause(this.#pace.next(performance.now()));
        await this.#launch(id);
        return orphan === null ? 'started' : 'adopted';
      });
      return { id, outcome, error: null };
    } catch (error) {
      return { id, outcome: 'failed', error: (error as Error).message };
    }
  }

  /** Whether a start would need somebody to say that the money is real. */
  async asksRealMoney(id: string): Promise<boolean> {
    const config = await readConfig(this.data, id);
    return config.venue === 'binance' && !(await this.#hasItsStart(config));
  }

  /** It should run already, and where its config says: it is not refused what it had. */
  async #hasItsStart(config: BotConfig): Promise<boolean> {
    return (await this.desired(config.id)) === 'running' && (await mayTradeThere(this.data, config));
  }

  async #checkStartable(config: BotConfig, realMoney: boolean): Promise<void> {
    await checkVenue(this.data, config);
    if (config.venue === 'binance' && !realMoney) refuseRealMoney(config.id);
    if (isLiveConfig(config)) await refuseUnfit(this.data, this.keys, config, await this.list());
  }

  /**
   * Notes that it should run, where it may and its money can be set aside. In turn, so that what is asked about is what
   * is started. Errors: REAL_MONEY, FOLLOWER_EXISTS, BUDGET_UNCOVERED, CAP_REACHED.
   */
  async #desireRunning(id: string, realMoney: boolean): Promise<void> {
    const config = await readConfig(this.data, id);
    await checkKey(this.data, config);
    if (await this.#hasItsStart(config)) return;
    await this.#checkStartable(config, realMoney);
    await this.#refuseSecondFollower(config);
    const before = await this.desired(id);
    // First the wish, then its money: who dies in between leaves a bot that asks for itself, never money nobody uses.
    await writeDesired(this.data, id, 'running', config.venue === 'binance' ? accountOf(config) : undefined);
    await reserveFor(this.data, config).catch(async (error: unknown) => {
      await writeDesired(this.data, id, before);
      throw error;
    });
  }

  async #refuseSecondFollower({ id, plan }: BotConfig): Promise<void> {
    if (!followsUser({ plan: plan.name })) return;
    const bots = await Promise.all((await listBotIds(this.data)).map((each) => this.#view(each, [])));
    const bot = bots.find((each) => each.id === id);
    if (bot !== undefined) refuseSecondFollower(bot, bots, await ownedAlike(this.data, id));
  }

  async #isReady(id: string): Promise<boolean> {
    const name = botProcess(id);
    const running = (await this.processes()).find(
      (status) => status.name === name && status.status === 'online',
    );
    if (running === undefined) return false;
    const status = await readStatus(this.data, id);
    return status !== null && status.phase === 'ready' && status.pid === running.pid;
  }

  async #launch(id: string): Promise<void> {
    const orphan = await botOrphan(this.data, id, () => this.#supervisor.list());
    if (orphan !== null) await endOrphan(orphan);
    const script = await versionedCopy(this.data, this.#scripts.bot);
    // A start that somebody asks for is tried, whatever became of those before.
    new Starts(botFolder(this.data, id).folder).forget();
    const since = Date.now();
    const starting = this.#supervisor.start(botSpec(this.data, id, script));
    await Promise.all([untilReady(this.data, id, since, this.#readyWithinMs), starting]);
  }

  async #stop(id: string): Promise<Stopped> {
    await writeDesired(this.data, id, 'stopped');
    const running = (await this.processes()).map((status) => status.name);
    // A bot that lives cancels its entries itself on its way out; for one that does not, we do.
    const lived = await this.#end(id, running);
    const unreached = lived ? [] : await cancelEntries(this.data, await this.#view(id, []));
    await releaseFlat(this.data, id);
    return { unreached };
  }

  /** Ends a bot's process, supervised or not. Whether there was one. */
  async #end(id: string, running: readonly string[]): Promise<boolean> {
    const name = botProcess(id);
    const orphan = await botOrphan(this.data, id, () => this.#supervisor.list());
    if (orphan !== null) await endOrphan(orphan);
    if (running.includes(name)) await this.#supervisor.stop(name);
    return orphan !== null || running.includes(name);
  }

  async #endPaper(running: readonly string[]): Promise<boolean> {
    const orphan = await paperOrphan(this.data, () => this.#supervisor.list());
    if (orphan !== null) await endOrphan(orphan);
    if (running.includes(PAPER_PROCESS)) await this.#supervisor.stop(PAPER_PROCESS);
    return orphan !== null || running.includes(PAPER_PROCESS);
  }

  async #view(id: string, processes: readonly ProcessStatus[]): Promise<BotView> {
    const status = processes.find((each) => each.name === botProcess(id)) ?? null;
    const view = await loadBotView(this.data, id, status, null);
    if (status !== null) return view;
    const orphan = await botOrphan(this.data, id, async () => processes);
    return orphan === null ? view : { ...view, actual: 'lost' };
  }

  async #refuseHolding(id: string): Promise<void> {
    const view = await this.#view(id, await this.processes());
    if (view.booksUnread)
      throw new FlotillaError(
        'BOT_HOLDS_POSITION',
        `The books of the bot "${id}" cannot be read, so it may hold something. Deleting it leaves that and its orders to you; confirm that (--yes), or mend its files first.`,
      );
    const parked = (view.parked ?? []).filter(({ phase }) => phase !== 'flat');
    if (view.phase === 'flat' && parked.length === 0) return;
    const holds = [
      ...(view.phase === 'flat' ? [] : [`${view.position.quantity} ${view.base} (${view.phase})`]),
      ...parked.map(({ position, base, symbol }) => `${position.quantity} ${base} parked in ${symbol}`),
    ];
    throw new FlotillaError(
      'BOT_HOLDS_POSITION',
      `The bot "${id}" holds ${holds.join(' and ')}. Deleting it leaves the position and its orders to you; confirm that (--yes), or wait until it has sold.`,
    );
  }

  #turn(name: string): string {
    return join(this.data, '.turns', name);
  }

  #inTurn<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    return inTurn(this.#turn(botProcess(id)), `working on ${id}`, work);
  }
}
