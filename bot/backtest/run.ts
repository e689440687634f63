/** A backtest: bots, klines and the matching engine in one process, in simulated time. */
import { text, ZERO, type DecimalText } from '../../core/decimal.js';
import { equity } from '../../core/position.js';
import { instrumentOf } from '../../exchange/binance/instruments.js';
import { createEngine } from '../../exchange/paper/engine/engine.js';
import { symbolInfo } from '../../exchange/paper/engine/exchange-info.js';
import type { SymbolInfo } from '../../exchange/paper/engine/types.js';
import { KlineSeries } from '../../exchange/paper/market/series.js';
import type { MarketSource } from '../../exchange/paper/market/types.js';
import type { BotConfig } from '../config.js';
import { EquityCurve } from './equity-curve.js';
import { Lane } from './lane.js';
import { Ledger, type OpenPosition, type Trade } from './ledger.js';
import { ACCOUNT, Member } from './member.js';

export interface BacktestOptions {
  readonly bots: readonly BotConfig[];
  readonly market: MarketSource;
  /** Of maker and taker alike, a fraction; 0.001 if left out. */
  readonly fee?: DecimalText;
  readonly feeAsset?: 'received' | 'quote';
  /** The price tick of all symbols, instead of the one the data need. */
  readonly tick?: DecimalText;
  readonly profile?: 'touch' | 'book';
  /** Walks klines on which nothing can happen too; the outcome is the same. */
  readonly walkAll?: boolean;
  /** Keeps every fill in its bot's ledger. */
  readonly keepFills?: boolean;
  /** Told now and then how many base klines are done. */
  readonly progress?: (done: number) => void;
}

export interface Backtest {
  readonly trades: readonly Trade[];
  readonly open: readonly OpenPosition[];
  /** Base klines walked. */
  readonly klines: number;
  readonly finalEquity: DecimalText;
  readonly fees: DecimalText;
  readonly curve: EquityCurve;
  readonly members: readonly Member[];
  readonly ledgers: readonly Ledger[];
}

/** Klines: often enough for plans that take their time, seldom enough to cost nothing. */
const TOLD_EVERY = 1_024;

export function backtest(options: BacktestOptions): Backtest {
  const { market, bots, progress } = options;
  const infos = symbolsOf(options);
  const engine = createEngine({
    symbols: infos,
    makerFee: options.fee ?? '0.001',
    takerFee: options.fee ?? '0.001',
    feeAsset: options.feeAsset ?? 'received',
    profile: options.profile ?? 'touch',
    telling: 'news',
  });
  engine.addAccount(ACCOUNT);
  const ledgers: Ledger[] = [];
  const members = bots.map((config, index) => {
    const instrument = instrumentOf(infos.find(({ symbol }) => symbol === config.symbol));
    const ledger = new Ledger(config.id, instrument, options.keepFills ?? false);
    ledgers.push(ledger);
    engine.deposit(ACCOUNT, instrument.quote, config.budget, market.start);
    return new Member(config, instrument, tagOf(index), engine, ledger);
  });
  const range = { start: market.start, end: market.end ?? Infinity };
  const lanes = infos.map(
    ({ symbol }) =>
      new Lane({
        symbol,
        series: columnsOf(market, symbol),
        members: members.filter(({ config }) => config.symbol === symbol),
        engine,
        range,
        walkAll: options.walkAll ?? false,
      }),
  );
  engine.takeTouched(ACCOUNT);
  const curve = new EquityCurve(
    market.start,
    Number(bots.reduce((sum, { budget }) => sum.plus(budget), ZERO)),
  );
  for (const lane of lanes) lane.begin();
  const klines =
    lanes.length === 1 ? runAlone(lanes[0]!, curve, progress) : runTogether(lanes, curve, progress);
  curve.finish();
  const last = new Map(lanes.map((lane) => [lane.symbol, lane.close]));
  const open = ledgers.flatMap((ledger, index) => {
    const { state, config } = members[index]!;
    return ledger.finish(state, last.get(config.symbol) ?? null);
  });
  return {
    trades: ledgers.flatMap(({ trades }) => trades).sort((a, b) => a.exitTime - b.exitTime),
    open,
    klines,
    finalEquity: text(
      members.reduce(
        (sum, { state, config }) => sum.plus(equity(state.books, last.get(config.symbol) ?? null)),
        ZERO,
      ),
    ),
    fees: text(ledgers.reduce((sum, { fees }) => sum.plus(fees), ZERO)),
    curve,
    members,
    ledgers,
  };
}

function runAlone(lane: Lane, curve: EquityCurve, progress: BacktestOptions['progress']): number {
  let klines = 0;
  let told = TOLD_EVERY;
  for (;;) {
    klines += lane.advanceQuietly(curve);
    const time = lane.nextOpenTime;
    if (time === Infinity) return klines;
    lane.advance();
    curve.add(time, lane.equity);
    klines += 1;
    if (klines < told) continue;
    told = klines + TOLD_EVERY;
    progress?.(klines);
  }
}

/** Symbols whose klines open together go together. */
function runTogether(
  lanes: readonly Lane[],
  curve: EquityCurve,
  progress: BacktestOptions['progress'],
): number {
  let klines = 0;
  for (;;) {
    let time = Infinity;
    for (const lane of lanes) time = Math.min(time, lane.nextOpenTime);
    if (time === Infinity) return klines;
    let sum = 0;
    for (const lane of lanes) {
      if (lane.nextOpenTime === time) {
        lane.advance();
        klines += 1;
        if (klines % TOLD_EVERY === 0) progress?.(klines);
      }
      sum += lane.equity;
    }
    curve.add(time, sum);
  }
}

function symbolsOf({ bots, market, tick }: BacktestOptions): SymbolInfo[] {
  const wanted = new Set(bots.map(({ symbol }) => symbol));
  return market.symbols
    .filter(({ symbol }) => wanted.has(symbol))
    .map((each) => symbolInfo({ ...each, tickSize: tick ?? each.tickSize }));
}

function columnsOf(market: MarketSource, symbol: string): KlineSeries {
  const series = market.series(symbol);
  if (series instanceof KlineSeries) return series;
  const copy = new KlineSeries(symbol, series.length);
  for (let index = 0; index < series.length; index += 1)
    copy.pushKline(series.interval(index), series.kline(index));
  return copy;
}

/** Eight characters, like those a bot draws; here they need no chance. */
function tagOf(index: number): string {
  return `bt${String(index).padStart(6, '0')}`;
}
