import { access, constants, mkdir, stat } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { join } from 'node:path';
import { botFolder, botsFolder, listBotIds, unlawfulNames } from '../bot/files/folder.js';
import { ID_RULE, problemLine } from '../bot/config.js';
import { lockHolder } from '../exchange/lock.js';
import type { PaperAddress } from '../exchange/venues.js';
import type { Fleet } from '../server/fleet/fleet.js';
import { Passwords } from '../server/auth/passwords.js';
import { Owners } from '../server/auth/owners.js';
import { Users } from '../server/auth/users.js';
import { answeringPaper } from '../server/fleet/paper.js';
import { needsUser } from './bot-views.js';
import { readCaps } from '../bot/files/caps-file.js';
import { readConfig } from '../server/fleet/configs.js';
import { staleReservations } from '../server/fleet/reserving.js';
import { problemsOf } from './check.js';
import { commandWord, dataFolder, define, type CommonOptions } from './command.js';
import { marketState } from './market-state.js';
import { DONE, FAILED } from './output.js';
import { readServerFile, type ServerFile } from './server-file.js';
import { portProblem } from './up.js';

/** One thing looked at. `next` is what to do about it. */
interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'wrong';
  readonly message: string;
  readonly next: string | null;
}

const ok = (name: string, message: string): Finding => ({ name, state: 'ok', message, next: null });
const note = (name: string, message: string, next: string): Finding => ({
  name,
  state: 'note',
  message,
  next,
});
const wrong = (name: string, message: string, next: string): Finding => ({
  name,
  state: 'wrong',
  message,
  next,
});

/** `flotilla doctor`: what is wrong here, and the next step. Exit code 1 when something is. */
export function doctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description('looks for what is wrong here and says the next step')
    .option('--port <port>', 'the port the dashboard would use (default: that of before, else 3000)', port);
  define<CommonOptions & { port?: number }>(command, async ({ data, fleet, output }, options) => {
    const server = await serverState(data, options.port);
    const configs = await configStates(data);
    const findings = [
      nodeVersion(),
      await dataFolderState(data),
      await supervisorState(fleet),
      server,
      await paperState(data),
      ...(await nameStates(data)),
      ...recordStates(data),
      ...configs,
      ...(await reservationStates(data)),
      ...(await botStates(fleet, server.state === 'ok', saidOf(configs))),
    ];
    const marks = { ok: 'ok   ', note: 'note ', wrong: 'WRONG' };
    const words = findings.map(
      ({ state, message, next }) => `${marks[state]}  ${message}${next === null ? '' : `\n       → ${next}`}`,
    );
    const healthy = findings.every(({ state }) => state !== 'wrong');
    output.result({ ok: healthy, findings }, words.join('\n'));
    return healthy ? DONE : FAILED;
  });
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = major > 20 || (major === 20 && minor >= 19);
  const message = `Node ${process.versions.node} at ${process.execPath}`;
  return fits ? ok('node', message) : wrong('node', message, 'Install Node 20.19 or newer.');
}

async function dataFolderState(data: string): Promise<Finding> {
  try {
    await mkdir(data, { recursive: true, mode: 0o700 });
    await access(data, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return wrong(
      'data',
      `The data folder ${data} cannot be written: ${(error as Error).message}`,
      'Change its owner, or choose another with --data.',
    );
  }
  const mode = (await stat(data)).mode & 0o777;
  const open = (mode & 0o077) !== 0;
  const message = `The data folder is ${data}, writable, mode ${mode.toString(8)}`;
  return open
    ? note('data', `${message}: others on this machine can look into it.`, `chmod 700 ${data}`)
    : ok('data', message);
}

async function supervisorState(fleet: () => Fleet): Promise<Finding> {
  try {
    const { length } = await fleet().processes();
    const runs = `PM2 runs ${length === 1 ? '1 process' : `${length} processes`} of this data folder`;
    const other = await fleet().otherFleet();
    if (other === null) return ok('pm2', runs);
    return note(
      'pm2',
      `${runs}, and the fleet in ${other}. One PM2 keeps one fleet.`,
      `To start this one: flotilla down --data ${commandWord(other)}, or a PM2_HOME of its own.`,
    );
  } catch (error) {
    return wrong('pm2', (error as Error).message, 'npx pm2 ping, and look into ~/.pm2/pm2.log');
  }
}

async function serverState(data: string, asked: number | undefined): Promise<Finding> {
  const [holder, before] = await Promise.all([lockHolder(data), readServerFile(data)]);
  if (holder?.purpose === 'server') {
    const url = before?.url;
    return ok('server', `The server runs (process ${holder.pid})${url === undefined ? '' : ` at ${url}`}`);
  }
  // A server that was killed has left its address; one that ended has taken it along.
  const wanted = asked ?? portOf(before) ?? 3000;
  const problem = await portProblem('127.0.0.1', wanted);
  if (problem === null)
    return note(
      'server',
      `The server does not run; port ${wanted} is free.`,
      upCommandOf(data, wanted, before),
    );
  return wrong(
    'server',
    `The server does not run, and port ${wanted} cannot be used (${problem}).`,
    `${upCommandOf(data, null, before)} --port N, with a free one`,
  );
}

/** The command that starts the server again as it was; `wanted`: its port, null to leave that to be said. */
function upCommandOf(data: string, wanted: number | null, before: ServerFile | null): string {
  const demo = before?.options?.includes('--demo') === true;
  const known = data === dataFolder({}, demo ? 'demo' : null);
  const words = [
    'flotilla up',
    ...(demo ? ['--demo'] : []),
    ...(known ? [] : ['--data', commandWord(data)]),
    ...(wanted === null || wanted === 3000 ? [] : ['--port', String(wanted)]),
  ];
  const others = before !== null && before.options === undefined ? ' (and its options of before)' : '';
  return `${words.join(' ')}${others}`;
}

function portOf(before: ServerFile | null): number | null {
  const text = before !== null && URL.canParse(before.url) ? new URL(before.url).port : '';
  return text === '' ? null : Number(text);
}

async function paperState(data: string): Promise<Finding> {
  const address = await answeringPaper(data);
  if (address !== null) return paperMarketState(address);
  return note('paper', 'The paper exchange does not answer.', 'flotilla up starts it.');
}

async function paperMarketState({ rest, control }: PaperAddress): Promise<Finding> {
  const state = await marketState(control).catch(() => null);
  const answers = `The paper exchange answers at ${rest}`;
  if (!state?.live) return ok('paper', answers);
  const { from, standing } = state.live;
  if (!standing) return ok('paper', `${answers}, on the live prices of ${from}`);
  const since = new Date(standing.since).toISOString();
  return wrong(
    'paper',
    `The live prices of the paper exchange stand still since ${since}: ${standing.reason}`,
    `See whether ${from} can be reached from here; what was missed is fetched as soon as it can.`,
  );
}

/** Who may look and whose the bots are: while one of these cannot be read, nobody is let in. */
function recordStates(data: string): Finding[] {
  const reads = [() => new Users(data, new Passwords()).all(), () => new Owners(data).state()];
  return reads.flatMap((read) => {
    try {
      read();
      return [];
    } catch (error) {
      const { message } = error as Error;
      return [wrong('records', message, 'Until then the dashboard lets nobody in.')];
    }
  });
}

/** A folder that is no bot is easily taken for one that does not show up. */
async function nameStates(data: string): Promise<Finding[]> {
  return (await unlawfulNames(data)).map((name) =>
    note(
      'name',
      `The folder ${join(botsFolder(data), name)} is no bot: its name ${ID_RULE}.`,
      'Rename it (and the id in its config.json), or move it away.',
    ),
  );
}

async function configStates(data: string): Promise<Finding[]> {
  const ids = await listBotIds(data);
  const states = await Promise.all(
    ids.map(async (id) => {
      const problems = await problemsOf(botFolder(data, id).config);
      return problems.map((problem) =>
        wrong('config', problemLine(problem), `Correct the file; flotilla check tells when it is right.`),
      );
    }),
  );
  const found = states.flat();
  return found.length > 0
    ? found
    : [ok('config', ids.length === 1 ? '1 config, valid' : `${ids.length} configs, all valid`)];
}

/** Money that is set aside for nobody, and caps that cannot be read. */
async function reservationStates(data: string): Promise<Finding[]> {
  const ids = await listBotIds(data);
  const configs = await Promise.all(
    ids.map(async (id) => [id, await readConfig(data, id).catch(() => null)] as const),
  );
  const stale = (await staleReservations(data, new Map(configs))).map(({ id, message }) =>
    wrong('reservation', message, `flotilla caps release ${id}, if nothing of it is held any more`),
  );
  const caps = await readCaps(data).then(
    () => [],
    (error: Error) => [
      wrong('caps', error.message, 'Correct the file; until then no bot is given anything more.'),
    ],
  );
  return [...stale, ...caps];
}

/** What is said of files, and not to be said again of their bots. */
function saidOf(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.flatMap(({ state, message }) => (state === 'wrong' ? [message] : [])));
}

async function botStates(
  fleet: () => Fleet,
  serverRuns: boolean,
  said: ReadonlySet<string>,
): Promise<Finding[]> {
  let bots;
  try {
    bots = await fleet().list();
  } catch {
    return []; // without its supervisor nothing can be said of processes, and that is told already
  }
  const found = bots.flatMap((bot): Finding[] => {
    const { id, desired, actual } = bot;
    const errors = bot.errors.filter((error) => !said.has(error));
    // Its file is what is wrong with it.
    const isSaid = bot.errors.length > 0 && errors.length === 0;
    if (actual === 'lost')
      return [wrong('bot', `${id} lives without its supervisor.`, 'flotilla up takes it back.')];
    if (desired === 'running' && actual === 'stopped') {
      // Without its server it was ended with flotilla down, or the machine was: up starts it again.
      const finding = serverRuns ? wrong : note;
      return [finding('bot', `${id} should run and does not.`, `flotilla up, or flotilla bot start ${id}`)];
    }
    if (desired === 'stopped' && actual !== 'stopped')
      return [wrong('bot', `${id} should be stopped and is ${actual}.`, `flotilla bot stop ${id}`)];
    if (isSaid) return [];
    if (actual === 'refused' || actual === 'errored') {
      return [
        wrong('bot', `${id} is ${actual}: ${errors.join(' ') || 'see its log.'}`, `flotilla bot logs ${id}`),
      ];
    }
    if (!needsUser(bot)) return [];
    const reason = errors.join(' ') || 'its books and the exchange differ; it buys nothing until they agree.';
    return [wrong('bot', `${id} needs you: ${reason}`, `flotilla bot show ${id}; flotilla bot logs ${id}`)];
  });
  if (found.length > 0) return found;
  const all = bots.every((bot) => !needsUser(bot));
  return all
    ? [ok('bots', bots.length === 1 ? '1 bot, as it should be' : `${bots.length} bots, each as it should be`)]
    : [];
}

function port(text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a port up to 65535.');
}
