import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { tail } from '../../bot/files/log.js';
import { readPaperAddress } from '../../exchange/connect.js';
import { lockHolder } from '../../exchange/lock.js';
import type { PaperAddress } from '../../exchange/venues.js';
import { FlotillaError } from './errors.js';
import { versionedCopy } from './bundles.js';
import { PAPER_PROCESS, refuseForeign } from './names.js';
import { endOrphan, paperOrphan } from './orphans.js';
import type { ProcessSpec, Supervisor } from './supervisor.js';
import { waitFor } from './wait.js';

const ANSWERS_WITHIN_MS = 20_000;
const ONE_ANSWER_MS = 1_000;

/** With this exit code the paper exchange refuses its options or its files. */
const WRONG_INPUT = 2;
/** PM2 puts the time before each line. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d: /;

/** What the paper exchange itself advises for another market; the fleet has no such option. */
const RESET_WAY = /Give the former options, another data folder, or --reset to begin anew\./;
const upWay = (data: string): string =>
  `Give the former options, or another folder with --data; to begin anew here, end all with flotilla down and remove ${paperFolder(data)} and ${join(data, 'bots')}.`;

const paperFolder = (data: string): string => join(data, 'paper');

/** The process of the paper exchange; `marketArgs` as `flotilla paper` takes them. */
function paperSpec(data: string, script: string, marketArgs: readonly string[]): ProcessSpec {
  const folder = paperFolder(data);
  return {
    name: PAPER_PROCESS,
    script,
    args: ['--folder', folder, ...marketArgs],
    cwd: folder,
    outFile: join(folder, 'out.log'),
    errorFile: join(folder, 'error.log'),
    dataFolder: data,
  };
}

/**
 * Finds the paper exchange running, or starts it; with another market than before, anew. `market`: the last one's if
 * left out. Errors: PAPER_START_FAILED, NAME_TAKEN, NOT_BUILT.
 */
export async function bringPaperUp(
  { data, supervisor, script }: { data: string; supervisor: Supervisor; script: string },
  wanted: readonly string[] | undefined,
): Promise<PaperAddress> {
  const remembered = await rememberedMarket(data);
  const market = wanted ?? remembered ?? [];
  const present = (await supervisor.list()).find((status) => status.name === PAPER_PROCESS);
  const spec = paperSpec(data, await versionedCopy(data, script), market);
  if (present !== undefined) refuseForeign(present, spec);
  const orphan = await paperOrphan(data, () => supervisor.list());
  // One that answers is used as it is, also when somebody runs it by hand; but not a survivor: it needs a supervisor.
  const usable = orphan === null && (wanted === undefined || sameMarket(market, remembered));
  const answering = usable ? await answeringPaper(data) : null;
  if (answering !== null) return answering;
  if (orphan !== null) await endOrphan(orphan);
  // Ended first: its successor must not be taken for ready because the old one still answers.
  await supervisor.stop(PAPER_PROCESS);
  await rm(spec.errorFile, { force: true }); // what it says then is of this start
  try {
    const [address] = await Promise.all([untilPaperAnswers(data, supervisor), supervisor.start(spec)]);
    await rememberMarket(data, market);
    return address;
  } catch (error) {
    await supervisor.stop(PAPER_PROCESS);
    throw error;
  }
}

/** The market arguments of the last launch, so that `up` after a reboot goes on with the same market. */
export async function rememberedMarket(data: string): Promise<readonly string[] | null> {
  const text = await readFile(join(paperFolder(data), 'launch.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const launch = JSON.parse(text) as { market: string[] };
  return launch.market;
}

async function rememberMarket(data: string, market: readonly string[]): Promise<void> {
  await mkdir(paperFolder(data), { recursive: true, mode: 0o700 });
  await writeFileAtomic(join(paperFolder(data), 'launch.json'), `${JSON.stringify({ market }, null, 2)}\n`, {
    mode: 0o600,
  });
}

export const sameMarket = (a: readonly string[] | null, b: readonly string[] | null): boolean =>
  isDeepStrictEqual(a, b);

/**
 * Its address when it answers now; else null. Whose folder no exchange holds, what answers there is the exchange of
 * another one, of which this one is a copy.
 */
export async function answeringPaper(data: string): Promise<PaperAddress | null> {
  try {
    const address = readPaperAddress(data);
    if ((await lockHolder(paperFolder(data))) === null) return null;
    const answer = await fetch(`${address.rest}/api/v3/ping`, { signal: AbortSignal.timeout(ONE_ANSWER_MS) });
    return answer.ok ? address : null;
  } catch {
    return null;
  }
}

/** Waits until it accepts connections. Errors: PAPER_OPTIONS_INVALID, PAPER_START_FAILED with its last words. */
async function untilPaperAnswers(data: string, supervisor: Supervisor): Promise<PaperAddress> {
  let exitCode: number | undefined;
  const outcome = await waitFor(
    async () => {
      const process = (await supervisor.list()).find((status) => status.name === PAPER_PROCESS);
      exitCode = process?.exitCode;
      const died = process !== undefined && (process.restarts > 0 || process.status === 'waiting');
      return died ? 'died' : answeringPaper(data);
    },
    { withinMs: ANSWERS_WITHIN_MS, everyMs: 100 },
  );
  if (outcome !== null && outcome !== 'died') return outcome;
  const words = (await tail(join(paperFolder(data), 'error.log'), 2)).map((line) =>
    line.replace(TIMESTAMP, ''),
  );
  if (exitCode === WRONG_INPUT)
    throw new FlotillaError(
      'PAPER_OPTIONS_INVALID',
      (words.at(-1) ?? 'The market cannot be opened.').replace(RESET_WAY, upWay(data)),
    );
  const reason = outcome === 'died' ? 'ended at once' : `did not answer within ${ANSWERS_WITHIN_MS / 1000} s`;
  throw new FlotillaError(
    'PAPER_START_FAILED',
    `The paper exchange ${reason}. ${words.length > 0 ? `Its last words: ${words.join(' | ')}` : 'See npx pm2 logs flotilla-paper.'}`,
  );
}
