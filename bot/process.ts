import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { exchangeFor } from '../exchange/connect.js';
import { acquireLock, type Lock } from '../exchange/lock.js';
import { VaultError } from '../exchange/keys/errors.js';
import { ExchangeError, type Exchange } from '../exchange/port.js';
import { planNamed } from '../strategies/registry.js';
import { ConfigWatch } from './config-watch.js';
import { accountOf, parseConfig, type BotConfig } from './config.js';
import {
  botFolder,
  mayTradeThere,
  readDesired,
  writeStatus,
  type BotFolder,
  type BotStatus,
} from './files/folder.js';
import { readConfigFile } from './files/config-text.js';
import { readHalt } from './files/halt-file.js';
import { Starts } from './files/starts.js';
import { HaltWatch } from './halt-watch.js';
import { followAlone } from './leader.js';
import { Inbox, type Obey } from './inbox.js';
import { Others } from './others.js';
import { Output } from './output.js';
import { Reserver } from './reserver.js';
import { isStorage, MoveRefusal, Refusal, sentences, StorageRefusal } from './refusal.js';
import { Session } from './session.js';
import { tradeAlone } from './twin.js';
import { watchdog } from './watchdog.js';

/** Failures of the exchange that pass. */
const PASSING: ReadonlySet<string> = new Set(['network', 'venue', 'rate-limit', 'banned', 'clock', 'closed']);
/** A stop is answered within 3 s: so long it waits for requests that are under way. */
const STOP_WAIT_MS = 2_000;
/** A disk that takes nothing is tried again after this long. */
const STORAGE_RETRY_MS = 5_000;
/** Exit code of a process whose strategy did not come back (EX_SOFTWARE of sysexits.h). */
const SPINNING = 70;
/** An exchange that is down for long is not worth a line every two seconds. */
const SAY_AGAIN_MS = 60_000;

/** The life of one bot's process: lock → config → session, a refusal with its reason, changes of the config, the stop. */
export class BotProcess {
  private readonly folder: BotFolder;
  private readonly output: Output;
  private readonly startedAt = Date.now();
  private lock: Lock | null = null;
  /** That no other bot follows its user where this one does. */
  private alone: Lock | null = null;
  /** That no copy of it trades the same money. */
  private only: Lock | null = null;
  private config: BotConfig | null = null;
  private session: Session | null = null;
  private watch: ConfigWatch | null = null;
  private haltWatch: HaltWatch | null = null;
  private starting: Promise<void> | null = null;
  /** The config was changed while a beginning was under way, which may have read it before. */
  private editedMeanwhile = false;
  private stopping = false;
  private readonly inbox: Inbox;
  /** Who does the commands: a session, once it has its books. */
  private obey: Obey | null = null;
  private trouble: string | null = null;
  /** What cannot be written. */
  private storage: string | null = null;
  private readonly starts: Starts;
  private retry: NodeJS.Timeout | null = null;
  /** What was said last; a refusal that is tried again and again is said once. */
  private refusedFor = '';
  private said: Pick<BotStatus, 'phase' | 'errors'> = { phase: 'starting', errors: [] };

  constructor(
    private readonly data: string,
    private readonly id: string,
  ) {
    this.folder = botFolder(data, id);
    this.output = new Output(this.folder.log);
    this.starts = new Starts(this.folder.folder);
    this.inbox = new Inbox(this.folder, this.output, () => this.obey);
  }

  /** Resolves when the bot is ready to trade, or refuses to and says why. Errors: `LockedError` for a second copy. */
  async start(): Promise<void> {
    await mkdir(this.folder.folder, { recursive: true, mode: 0o700 });
    this.lock = await acquireLock(this.folder.folder, `bot ${this.id}`);
    this.watch = new ConfigWatch(this.folder, () => void this.configChanged());
    this.haltWatch = new HaltWatch(this.data, (halt) => this.session?.heed(halt));
    const givenUp = this.starts.begin(Date.now());
    if (givenUp !== null) return this.refuse(new Refusal(givenUp));
    await this.inbox.open();
    await this.begin();
  }

  /** The process is about to end by itself: the next one knows why. */
  ends(reason: string): void {
    this.output.line('error', 'ends', reason);
    this.starts.note(reason);
  }

  /** `first`: what has to end before. */
  private begin(first: Promise<void> = Promise.resolve()): Promise<void> {
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
    this.starting ??= first
      .then(() => this.openUntilDone())
      .catch((error: Error) => this.refuse(error))
      .finally(() => {
        this.starting = null;
        if (!this.editedMeanwhile) return;
        this.editedMeanwhile = false;
        void this.configChanged();
      });
    return this.starting;
  }

  /** Another symbol, account or interval: as at a start, with the same process. */
  private beginElsewhere(session: Session): Promise<void> {
    this.output.line('info', 'config', 'The changed config takes a new beginning; orders stay as they are');
    this.obey = null;
    this.session = null;
    return this.begin(session.close(Date.now() + STOP_WAIT_MS));
  }

  /** An exchange that fails for a while is waited for; anything else is a reason to refuse. */
  private async openUntilDone(): Promise<void> {
    for (let said = -Infinity; ;) {
      try {
        return await this.open();
      } catch (error) {
        if (!(error instanceof ExchangeError) || !PASSING.has(error.kind) || this.stopping) throw error;
        const message = `The exchange does not answer as it should: ${error.message}`;
        if (Date.now() - said >= SAY_AGAIN_MS)
          this.output.line('warn', 'unreachable', `${message} Trying on.`);
        if (Date.now() - said >= SAY_AGAIN_MS) said = Date.now();
        await this.status('starting', [message]);
        await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? 2_000));
      }
    }
  }

  private async open(): Promise<void> {
    await this.status('starting');
    const wanted = await this.readConfig();
    if (!(await mayTradeThere(this.data, wanted))) throw unsaid(wanted);
    this.alone?.release();
    this.alone = await followAlone(this.data, wanted);
    const errors: string[] = [];
    const config = await this.openWith(wanted).catch(async (error: Error) => {
      if (!(error instanceof MoveRefusal) || error.symbol === null) throw error;
      // What it watches over must not be left alone for an edit that has to wait.
      errors.push(error.message);
      this.output.line('error', 'config', error.message);
      return this.openWith({ ...wanted, symbol: error.symbol });
    });
    this.config = config;
    await this.status('ready', errors);
    this.starts.forget();
    this.refusedFor = '';
    const { symbol, interval, signal, plan, venue, budget } = config;
    this.output.line(
      'info',
      'ready',
      `Ready: ${symbol} ${interval}, ${signal.name} × ${plan.name} on ${venue}, budget ${budget}`,
    );
  }

  private async openWith(config: BotConfig): Promise<BotConfig> {
    const exchange = await this.connect(config);
    const { data, folder, output } = this;
    const failed = (error: Error) =>
      void this.refuse(new StorageRefusal(`The journal cannot be written: ${error.message}`));
    const others = new Others(data, config.id, accountOf(config));
    this.session = await Session.open({
      data,
      folder,
      config,
      exchange,
      output,
      failed,
      others: (base, quote) => others.books(base, quote),
      alone: async (tag) => {
        this.only?.release();
        this.only = await tradeAlone(tag, folder.folder, config);
      },
      commands: (obey) => this.workInbox(obey),
      halt: () => readHalt(data),
      trouble: (sentence) => this.noteTrouble(sentence),
      storage: (sentence) => this.noteStorage(sentence),
      guard: this.guard,
      reserve: (port) => new Reserver(data, exchange, port),
    });
    return config;
  }

  private workInbox(obey: Obey): Promise<void> {
    this.obey = obey;
    return this.inbox.work();
  }

  /** Shown beside the phase until it is over. */
  private noteTrouble(sentence: string | null): void {
    this.trouble = sentence;
    if (!this.stopping) void this.status(this.said.phase, this.said.errors);
  }

  /** Shown, written to the supervisor's log too, for a disk that takes no log of ours. */
  private noteStorage(sentence: string | null): void {
    if (sentence === this.storage) return;
    this.storage = sentence;
    if (sentence === null) this.output.line('info', 'storage', 'All files can be written again');
    else {
      this.output.line('error', 'storage', sentence);
      process.stderr.write(`${new Date().toISOString()} ${sentence}\n`);
    }
    if (!this.stopping) void this.status(this.said.phase, this.said.errors);
  }

  private readonly guard = watchdog((sentence) => {
    this.ends(sentence);
    process.exit(SPINNING);
  });

  private async readConfig(): Promise<BotConfig> {
    const text = await readConfigFile(this.folder.config).catch((error: Error) => {
      throw new Refusal(`${this.folder.config} cannot be read: ${error.message}`);
    });
    return parseConfig(text, this.folder.config, { id: this.id });
  }

  /** Waits for an exchange that is not up yet: a bot may start before it, or together with it. */
  private async connect(config: BotConfig): Promise<Exchange> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const exchange = await exchangeFor(config, this.data);
        await exchange.connect();
        return exchange;
      } catch (error) {
        const { message } = error as Error;
        if (!waitsFor(error, config.venue) || this.stopping) throw passedOn(error);
        if (attempt === 1) this.output.line('warn', 'unreachable', `It cannot trade yet: ${message}`);
        if (attempt === 10 || isLocked(error)) await this.status('starting', [message]);
        await new Promise((resolve) => setTimeout(resolve, Math.min(100 * attempt, 2_000)));
      }
    }
  }

  /** A valid edit is applied; an invalid one changes nothing and is shown until it is mended. */
  private async configChanged(): Promise<void> {
    if (this.stopping) return;
    if (this.starting !== null) {
      this.editedMeanwhile = true;
      return;
    }
    const { session, config: before } = this;
    if (session === null || before === null) {
      this.starts.forget();
      return this.begin();
    }
    try {
      const config = await this.readConfig();
      if (isElsewhere(config, before)) {
        const refused = await session.moveRefused(config);
        if (refused !== null) throw new Refusal(`${this.folder.config}: ${refused}.`);
        return await this.beginElsewhere(session);
      }
      if (JSON.stringify(config) !== JSON.stringify(before)) {
        await session.adopt(config);
        this.config = config;
        this.output.line('info', 'config', adopted(config));
      }
      await this.status('ready');
    } catch (error) {
      const errors = sentences(error as Error);
      for (const each of errors) this.output.line('error', 'config', each);
      await this.status('ready', errors);
    }
  }

  /** Lives on without trading, shows why, and tries again when its config changes. */
  private async refuse(error: Error): Promise<void> {
    if (this.stopping) return;
    this.obey = null;
    this.trouble = this.storage = null;
    this.session?.closeStreams();
    this.session = null;
    const errors = sentences(error);
    if (errors.join() !== this.refusedFor)
      for (const each of errors) this.output.line('error', 'refused', each);
    this.refusedFor = errors.join();
    await this.status('refused', errors);
    if (isStorage(error)) this.retry ??= setTimeout(() => void this.begin(), STORAGE_RETRY_MS);
  }

  /** The user's stop cancels resting entries and keeps protection; a restart keeps both. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    const desired = await readDesired(this.data, this.id);
    this.stopping = true;
    if (this.retry !== null) clearTimeout(this.retry);
    this.watch?.close();
    this.haltWatch?.close();
    this.inbox.close();
    this.obey = null;
    if (desired === 'stopped') this.session?.dropEntries(randomBytes(8).toString('hex'));
    await this.session?.close(Date.now() + STOP_WAIT_MS);
    this.output.line('info', 'stopped', 'Stopped; position and protective orders stay as they are');
    await this.status('stopped');
    this.starts.forget();
    this.alone?.release();
    this.only?.release();
    this.lock?.release();
  }

  private async status(phase: BotStatus['phase'], errors: readonly string[] = []): Promise<void> {
    this.said = { phase, errors };
    const status: BotStatus = {
      phase,
      pid: process.pid,
      since: Date.now(),
      startedAt: this.startedAt,
      errors: [...errors, this.trouble, this.storage].filter((each) => each !== null),
    };
    await writeStatus(this.data, this.id, status).catch((error: Error) =>
      this.output.line('error', 'status', error.message),
    );
  }
}

/** The paper exchange comes up together with its bots; a locked key waits for whoever has the passphrase. */
function waitsFor(error: unknown, venue: BotConfig['venue']): boolean {
  return isLocked(error) || (venue === 'paper' && !(error instanceof VaultError));
}

function isLocked(error: unknown): boolean {
  return error instanceof VaultError && error.problem === 'locked';
}

/** A live exchange that fails for a while is tried again by who asked; a key that cannot be used is a refusal. */
function passedOn(error: unknown): Error {
  return error instanceof ExchangeError ? error : new Refusal((error as Error).message);
}

/** A config that was moved to real money while the bot waited, or ran elsewhere. */
function unsaid(config: BotConfig): Refusal {
  return new Refusal(
    `It would trade real money on ${accountOf(config)}, and nobody has said so. Stop it and start it again, which asks (flotilla bot start ${config.id}), or set venue and key back.`,
  );
}

function followsUser({ plan }: BotConfig): boolean {
  return planNamed(plan.name).follows !== undefined;
}

/** What counts only after a new beginning: where it trades, on which klines, and led by whom. */
function isElsewhere(config: BotConfig, before: BotConfig): boolean {
  const names = ['symbol', 'venue', 'key', 'interval'] as const;
  return names.some((name) => config[name] !== before[name]) || followsUser(config) !== followsUser(before);
}

/** What of an edit counts when. */
function adopted({ appliesTo }: BotConfig): string {
  if (appliesTo === 'now') return 'The changed config is in force, for what is held too';
  return 'The changed config is in force; a position that is held keeps the plan it began with';
}
