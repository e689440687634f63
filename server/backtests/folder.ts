/** `data/backtests/<id>/`: one folder per run, readable and removable by hand. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { Run } from './types.js';

const ID = /^\d{8}-\d{6}-[a-z0-9]{4}$/;

/** Whether a text may be a run's id, and so the name of its folder. */
export function isRunId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

/** `20240307-140500-k3x9`: by its time (UTC ms), so that names sort by age; `chance` keeps two of a second apart. */
export function runIdAt(time: number, chance: number): string {
  const [date, clock] = new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  const mark = Math.floor(chance * 36 ** 4)
    .toString(36)
    .padStart(4, '0');
  return `${date}-${clock}-${mark}`;
}

const runsFolder = (data: string): string => join(resolve(data), 'backtests');

export interface RunFolder {
  readonly folder: string;
  readonly run: string;
  readonly report: string;
  readonly chart: string;
  readonly trades: string;
}

/** Throws on anything that is not a run's id, so that no path can leave the folder of the runs. */
export function runFolder(data: string, id: string): RunFolder {
  if (!isRunId(id)) throw new Error(`"${id}" is no id of a backtest.`);
  const folder = join(runsFolder(data), id);
  return {
    folder,
    run: join(folder, 'run.json'),
    report: join(folder, 'report.json'),
    chart: join(folder, 'chart.json'),
    trades: join(folder, 'trades.csv'),
  };
}

const nullable = <S extends z.ZodType>(schema: S): z.ZodNullable<S> => schema.nullable();
const CHOICE = z.looseObject({ name: z.string() });

/** A run as written; what somebody edited into something else is passed over, and said. */
const RUN = z.object({
  id: z.string().refine(isRunId),
  owner: nullable(z.string()).default(null),
  settings: z.object({
    name: nullable(z.string()),
    symbol: z.string(),
    interval: z.string(),
    budget: z.string(),
    signal: CHOICE,
    plan: CHOICE,
    risk: z.record(z.string(), z.number()),
    source: z.string(),
    from: nullable(z.number()),
    to: nullable(z.number()),
    feePercent: z.string(),
    feeAsset: z.enum(['received', 'quote']),
    profile: z.enum(['touch', 'book']),
    acceptGaps: z.boolean(),
  }),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted']),
  createdAt: z.number(),
  startedAt: nullable(z.number()),
  endedAt: nullable(z.number()),
  error: nullable(z.string()),
  summary: nullable(
    z.object({
      quote: z.string(),
      start: z.number(),
      end: z.number(),
      klines: z.number(),
      seconds: z.number(),
      trades: z.number(),
      finalEquity: z.string(),
      returnPercent: z.number(),
      buyAndHoldPercent: z.number(),
      maxDrawdownPercent: z.number(),
      winRatePercent: nullable(z.number()),
      profitFactor: nullable(z.number()),
      sharpe: nullable(z.number()),
      line: z.array(z.number()),
    }),
  ),
});

/** Progress is not kept: it is true only while the server runs. */
export async function writeRun(data: string, { progress: _, ...kept }: Run): Promise<void> {
  const { folder, run } = runFolder(data, kept.id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFileAtomic(run, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
}

/** All runs, oldest first. `unreadable` is told the name of each folder whose run.json says nothing. */
export async function readRuns(data: string, unreadable: (name: string) => void): Promise<Run[]> {
  const entries = await readdir(runsFolder(data), { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && isRunId(entry.name)).map(({ name }) => name);
  const runs = await Promise.all(
    names.sort().map(async (name) => {
      const text = await readFile(runFolder(data, name).run, 'utf8').catch(() => '');
      const run = parsed(text);
      if (run?.id === name) return { ...run, progress: null };
      unreadable(name);
      return null;
    }),
  );
  return runs.filter((run) => run !== null).sort((a, b) => a.createdAt - b.createdAt);
}

function parsed(text: string): Omit<Run, 'progress'> | null {
  try {
    return RUN.parse(JSON.parse(text)) as Omit<Run, 'progress'>;
  } catch {
    return null;
  }
}

export async function removeRun(data: string, id: string): Promise<void> {
  await rm(runFolder(data, id).folder, { recursive: true, force: true, maxRetries: 3 });
}
