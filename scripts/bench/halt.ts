/**
 * `halt.20bots`: twenty bots trade, and the fleet is halted with the server down, several times. Seen on the wire, from the
 * moment before the switch is thrown: when the last entry left, and when the last cancel of a resting one did.
 */
import { writeFileSync } from 'node:fs';
import { removeHalt, writeHalt } from '../../bot/files/halt-file.js';
import { paperAddressFile } from '../../exchange/connect.js';
import { eagerBot } from '../../test/chaos-plans.js';
import { FleetRun } from '../../test/fleet-run.js';
import { figure, type Figure } from './figure.js';
import { step } from './place.js';
import { Tap } from './tap.js';

const BOTS = 20;
/** Single, ladder and martingale: a follower waits for its user. */
const PLANS = 3;
const ROUNDS = 8;
const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'DOGEUSDT', 'XRPUSDT'];
const TRADING_MS = 2_000;
const HALTED_MS = 2_500;
const WITHIN = { atMost: 1_000 };

export async function halted(): Promise<Figure[]> {
  const fleet = new FleetRun();
  let tap: Tap | null = null;
  const market = { on: true };
  try {
    const chosen = `--synthetic --seed 7 --symbols ${SYMBOLS.join()} --interval 1m --speed manual`;
    await fleet.start([...chosen.split(' '), '--deposit', 'USDT=100000']);
    const entries = new Entries();
    tap = await Tap.open(fleet.paper, entries);
    writeFileSync(paperAddressFile(fleet.data), JSON.stringify(tap.address));
    for (let index = 0; index < BOTS; index += 1) await create(fleet, index);
    await fleet.stopServer();
    const stepping = keepStepping(fleet, market);
    const rounds: Awaited<ReturnType<typeof haltOnce>>[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await haltOnce(fleet.data, entries));
    market.on = false;
    await stepping;
    const last = (what: 'sent' | 'cancelled') => Math.max(...rounds.map((round) => round[what]));
    const busy = rounds.reduce((sum, { before }) => sum + before, 0) / (ROUNDS * (TRADING_MS / 1_000));
    return [
      figure('halt.20bots.lastEntryMs', last('sent'), 'ms', WITHIN),
      figure('halt.20bots.lastCancelMs', last('cancelled'), 'ms', WITHIN),
      figure('halt.20bots.entriesPerSecond', busy, '/s'),
    ];
  } finally {
    market.on = false;
    tap?.close();
    await fleet.end();
  }
}

async function create(fleet: FleetRun, index: number): Promise<void> {
  const symbol = SYMBOLS[Math.floor(index / PLANS) % SYMBOLS.length]!;
  await fleet.json('bot', 'create', `bot${index}`, '--symbol', symbol, ...eagerBot(index % PLANS), '--start');
}

async function keepStepping(fleet: FleetRun, market: { readonly on: boolean }): Promise<void> {
  while (market.on) await step(fleet.paper.control, 1);
}

/** Milliseconds after the switch; 0 when nothing was seen after it. */
async function haltOnce(data: string, entries: Entries) {
  entries.forget();
  await pause(TRADING_MS);
  const before = entries.sent.length;
  if (before === 0) throw new Error('no bot buys: nothing is measured');
  const at = performance.now();
  await writeHalt(data, { flatten: false });
  await pause(HALTED_MS);
  const since = (times: readonly number[]) => Math.max(0, ...times.map((time) => time - at));
  const seen = { before, sent: since(entries.sent), cancelled: since(entries.cancelled) };
  await removeHalt(data);
  return seen;
}

/** When entries, and cancels of entries, came from a bot. */
class Entries {
  sent: number[] = [];
  cancelled: number[] = [];

  forget(): void {
    this.sent = [];
    this.cancelled = [];
  }

  fromBot(bytes: Buffer): void {
    const line = bytes.toString('latin1', 0, 400);
    if (/^POST \/api\/v3\/order\?.*side=BUY/.test(line)) this.sent.push(performance.now());
    if (/^DELETE \/api\/v3\/order\?.*ClientOrderId=F\w{8}-\w+-(so\d|\w*entry)/.test(line))
      this.cancelled.push(performance.now());
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
