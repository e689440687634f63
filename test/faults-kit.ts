/** A paper exchange over the wire and real bot sessions in this process: the shortest way to a bot under a fault. */
import type { Test } from 'tap';
import type { BotConfig } from '../bot/config.js';
import { botFolder, type BotFolder } from '../bot/files/folder.js';
import { readHalt } from '../bot/files/halt-file.js';
import { loadBotView } from '../bot/files/load.js';
import type { BotView } from '../bot/files/view.js';
import type { Loop } from '../bot/loop.js';
import type { Output } from '../bot/output.js';
import { Reserver, type ReserverPort } from '../bot/reserver.js';
import { Session } from '../bot/session.js';
import { binanceExchange } from '../exchange/binance/adapter.js';
import { startPaper, type Paper } from '../exchange/paper/wire/paper.js';
import type { PaperOptions } from '../exchange/paper/wire/options.js';
import { client } from '../exchange/paper/wire/test-client.js';
import type { Exchange } from '../exchange/port.js';
import { mkdirSync } from 'node:fs';
import { until } from './exchange-contract-kit.js';
import { folderOf } from './folder.js';

export const silent = { warn: () => undefined, error: () => undefined };

/** Trades on nearly every kline, with a stop and a target near the price. */
export const EAGER: Pick<BotConfig, 'signal' | 'plan'> = {
  signal: { name: 'rsi', period: 2, buyBelow: 55, sellAbove: 60 },
  plan: { name: 'single', stopLossPercent: 0.3, takeProfitPercent: 0.4 },
};

export class Wire {
  readonly api: ReturnType<typeof client>;
  /** Whether sessions that open set money aside first, as processes do. */
  setsAside = false;
  private constructor(
    private readonly t: Test,
    readonly data: string,
    public paper: Paper,
  ) {
    this.api = client(paper.address);
  }

  /** In lock step on a synthetic market unless `options` say otherwise; everything ends with the test. */
  static async open(t: Test, options: Partial<PaperOptions> = {}): Promise<Wire> {
    const data = folderOf(t);
    const paper = await startPaper({
      folder: `${data}/paper`,
      symbols: ['BTCUSDT'],
      interval: '1m',
      speed: 'manual',
      seed: 7,
      start: Date.UTC(2024, 0, 1),
      ...options,
    });
    t.teardown(() => paper.stop());
    return new Wire(t, data, paper);
  }

  exchange(timeoutMs = 10_000): Exchange {
    const exchange = binanceExchange({
      venue: 'paper',
      address: this.paper.address,
      timeoutMs,
      logger: silent,
    });
    this.t.teardown(() => exchange.close());
    return exchange;
  }

  /** Rules in force from now on; none to clear them. */
  async faults(...rules: object[]): Promise<void> {
    const { status, body } = await this.api.control('PUT', '/faults', { rules });
    if (status !== 200) throw new Error(JSON.stringify(body));
  }

  /** How often each rule fitted and struck so far. */
  async struck(): Promise<Record<string, { seen: number; fired: number }>> {
    const { body } = await this.api.control('GET', '/faults');
    const rules = body.rules as { id: string; seen: number; fired: number }[];
    return Object.fromEntries(rules.map(({ id, seen, fired }) => [id, { seen, fired }]));
  }

  async bot(id: string, changes: Partial<BotConfig> = {}): Promise<WireBot> {
    const config: BotConfig = {
      id,
      name: id,
      venue: 'paper',
      symbol: 'BTCUSDT',
      interval: '1m',
      budget: '1000',
      risk: {},
      dryRun: false,
      tags: [],
      ...EAGER,
      ...changes,
    };
    mkdirSync(botFolder(this.data, id).folder, { recursive: true });
    const bot = new WireBot(this, config);
    this.t.teardown(() => bot.close());
    await bot.open();
    return bot;
  }

  /** What the exchange recorded, as any client would ask. Errors: its refusal. */
  signed = async <T>(path: string, params: Record<string, string> = {}): Promise<T> => {
    const { status, body } = await this.api.signed('GET', path, params);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body as T;
  };
}

export class WireBot {
  readonly lines: string[] = [];
  session: Session | null = null;
  readonly folder: BotFolder;

  constructor(
    private readonly wire: Wire,
    readonly config: BotConfig,
  ) {
    this.folder = botFolder(wire.data, config.id);
  }

  /** Errors as of `Session.open`. */
  async open(): Promise<void> {
    const exchange = this.wire.exchange();
    await exchange.connect();
    this.session = await Session.open({
      data: this.wire.data,
      folder: this.folder,
      config: this.config,
      exchange,
      output: this.output(),
      halt: () => readHalt(this.wire.data),
      failed: (error) => this.lines.push(`failed: ${error.message}`),
      ...(this.wire.setsAside
        ? { reserve: (port: ReserverPort) => new Reserver(this.wire.data, exchange, port) }
        : {}),
    });
  }

  /** The session's own, which nobody else is to see. */
  get loop(): Loop {
    return (this.session as unknown as { readonly loop: Loop }).loop;
  }

  async close(): Promise<void> {
    const { session } = this;
    this.session = null;
    await session?.close(Date.now() + 500);
  }

  /** Ends as by a kill: nothing is waited for, nothing saved. */
  kill(): void {
    this.session?.closeStreams();
    this.session = null;
  }

  view(): Promise<BotView> {
    return loadBotView(this.wire.data, this.config.id, null, null);
  }

  /** Until nothing is under way and nothing unknown. */
  async quiet(withinMs = 30_000): Promise<void> {
    await until(
      `${this.config.id} is quiet`,
      () => {
        const { state } = this.loop;
        const known = (status: string) => status !== 'intended' && status !== 'unresolved';
        return (
          !state.recovering &&
          state.orders.every(({ legs, askAt }) => askAt === null && legs.every((leg) => known(leg.status)))
        );
      },
      withinMs,
    );
  }

  private output(): Output {
    const output: Pick<Output, 'line' | 'later'> = {
      line: (level, code, message) => void this.lines.push(`${level} ${code}: ${message}`),
      later: (tell) => tell(),
    };
    return output as Output;
  }
}
