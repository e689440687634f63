import { createServer } from 'node:net';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import type { PaperAddress } from '../exchange/venues.js';
import { acquireLock, LockedError, type Lock } from '../exchange/lock.js';
import { FlotillaError } from '../server/fleet/errors.js';
import type { Fleet } from '../server/fleet/fleet.js';
import type { Reconciled } from '../server/fleet/outcomes.js';
import { PAPER_PROCESS } from '../server/fleet/names.js';
import { define, type CommonOptions, type Context } from './command.js';
import { clearDemo, continues, createDemoBots, demoMarket } from './demo.js';
import {
  addMarketOptions,
  checkLive,
  marketArgs,
  paperOptions,
  type MarketOptions,
} from './market-options.js';
import { watchMarket } from './market-state.js';
import type { Output } from './output.js';
import { readServerFile, serverFile, type ServerFile } from './server-file.js';

interface Options extends CommonOptions, MarketOptions {
  readonly port: number;
  readonly host: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly insecureHttp?: boolean;
  readonly publicUrl?: string;
  readonly trustProxy?: readonly string[];
  readonly demo?: boolean;
}

/** How often the fleet is looked over for bots whose supervisor died. */
const LOOK_EVERY_MS = 10_000;

/** `flotilla up`: the control server in the foreground, and the paper exchange it needs. */
export function upCommand(program: Command): void {
  const command = program
    .command('up')
    .description('runs the control server and the paper exchange; Ctrl-C ends the server, bots trade on')
    .option('--port <port>', 'of the dashboard', port, 3000)
    .option(
      '--host <address>',
      'to listen on; another than this machine’s own needs TLS and a password',
      '127.0.0.1',
    )
    .option('--tls-cert <file>', 'serve https with this certificate (PEM, with its chain)')
    .option('--tls-key <file>', 'and its key; both are read again when they are renewed')
    .option(
      '--public-url <url>',
      'what stands in the browser, e.g. https://bots.example, behind a proxy or by a name',
    )
    .option('--trust-proxy <address...>', 'proxies whose X-Forwarded-For counts: addresses or networks')
    .option('--insecure-http', 'lets others in without TLS: who is on the way reads passwords')
    .option('--demo', 'a demo fleet on a fast market, in its own data folder; Ctrl-C ends everything');
  define<Options>(addMarketOptions(command), up, { within: ({ demo }) => (demo ? 'demo' : null) });
}

async function up(context: Context, options: Options): Promise<void> {
  const { data, output } = context;
  const market = options.demo ? demoMarket(options) : marketArgs(options);
  if (market !== undefined) await checkLive(await paperOptions(join(data, 'paper'), market));
  await refuseOpen(context, options);
  await mkdir(data, { recursive: true, mode: 0o700 });
  // A folder that a checkout or a person made may be open to others of the machine; what is in it is not theirs.
  await chmod(data, 0o700).catch(() => undefined);
  const lock = await lockData(data);
  try {
    await refuseTakenPort(options.host, options.port);
    const fleet = context.fleet();
    output.say('Starting the paper exchange …');
    await fleet.refuseOtherFleet();
    // Never in a folder that the user named: the demo's own is the demo's alone.
    if (options.demo && options.data === undefined && !(await continues(data, market ?? [])))
      await clearDemo(fleet);
    const paper = await fleet.upPaper(market === undefined ? {} : { market });
    if ((await fleet.upKeys()).locked)
      output.say('The stored keys are locked: bots that need one wait. Run: flotilla key unlock');
    await fleet.tidy();
    await serve(context, fleet, paper, options);
  } finally {
    lock.release();
  }
}

/** Before anything is started. Errors: USAGE for what others could come to without a password, or that could be read. */
async function refuseOpen({ data, output }: Context, options: Options): Promise<void> {
  const { reachOf, refuseUnguarded, warningsOf } = await import('../server/reach.js');
  const { Users } = await import('../server/auth/users.js');
  const { Passwords } = await import('../server/auth/passwords.js');
  const reach = reachOf(options);
  refuseUnguarded(reach, new Users(data, new Passwords()).all(), options.demo);
  for (const warning of warningsOf(reach, Date.now())) output.say(warning);
}

/** One server per data folder. Errors: DATA_IN_USE. */
async function lockData(data: string): Promise<Lock> {
  return acquireLock(data, 'server').catch(async (error: unknown) => {
    if (!(error instanceof LockedError)) throw error;
    const url = (await readServerFile(data))?.url;
    throw new FlotillaError(
      'DATA_IN_USE',
      `A server runs on ${data} already${url === undefined ? '' : ` at ${url}`}. Open that, or end it with flotilla down --data ${data}.`,
    );
  });
}

async function serve(context: Context, fleet: Fleet, paper: PaperAddress, options: Options): Promise<void> {
  const { data, output } = context;
  const ending = ended();
  const market = watchMarket(output, paper.control);
  const { startServer } = await import('../server/main.js');
  const { port } = options;
  const server = await startServer({
    data,
    reach: options,
    port,
    fleet,
    notice: market.notice,
    livePrices: market.livePrices,
    demo: options.demo ?? false,
  });
  await writeFileAtomic(serverFile(data), `${JSON.stringify(factsOf(server.url, options))}\n`, {
    mode: 0o600,
  });
  const { rest, ws, wsApi, control, key, secret } = paper;
  output.result(
    {
      url: server.url,
      paper: { rest, ws, wsApi, control, key, secret },
      token: server.token,
      login: server.login,
    },
    [
      `Flotilla is up at ${server.url} (data in ${data}).`,
      ...(await wayIn(data, server.login, options)),
    ].join('\n'),
  );
  const looking = keepUp(fleet, output, options.demo ?? false);
  await ending;
  output.say(
    options.demo ? 'Ending the demo …' : 'The server ends. Bots go on unless flotilla down ends them.',
  );
  market.stop();
  await looking.stop();
  await server.close();
  await rm(serverFile(data), { force: true });
  if (options.demo) await fleet.downAll();
}

/** What doctor says of a server that was killed: how it is started again. */
function factsOf(url: string, { demo, host, tlsCert, publicUrl }: Options): ServerFile {
  const plain = host === '127.0.0.1' && tlsCert === undefined && publicUrl === undefined;
  const { port } = new URL(url);
  // A server that others reach has options that are its owner's to say again; the paper exchange remembers its market.
  return {
    pid: process.pid,
    url,
    ...(plain
      ? { options: [...(demo ? ['--demo'] : []), ...(port === '3000' ? [] : ['--port', port])] }
      : {}),
  };
}

/**
 * What to open first. Where what is printed ends in a log that others of the machine may read, the link is written to a
 * file of the owner's alone.
 */
async function wayIn(data: string, login: string | null, { demo }: Options): Promise<string[]> {
  const end = demo ? 'Ctrl-C ends the demo.' : 'Ctrl-C ends the server; bots trade on.';
  if (login === null) return [end];
  if (demo) return [`Open ${login} to look at it; the link signs you in.`, end];
  const first = 'There is no user yet.';
  if (process.env.pm_id === undefined && process.env.JOURNAL_STREAM === undefined)
    return [`${first} Open this link once, to choose a name and a password: ${login}`, end];
  const file = join(data, 'setup-link.txt');
  await writeFileAtomic(file, `${login}\n`, { mode: 0o600 });
  return [`${first} The link to open once is in ${file}; flotilla user add does the same.`, end];
}

/** Resolves at Ctrl-C, a kill, or when the terminal is closed. */
function ended(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

/** Starts what should run, then looks now and then for bots that lost their supervisor. */
function keepUp(fleet: Fleet, output: Output, demo: boolean): { stop: () => Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async (first: boolean): Promise<void> => {
    try {
      if (first && demo) await createDemoBots(fleet);
      tell(output, await fleet.reconcileDesired({ lostOnly: !first }));
      if (!first && !(await fleet.processes()).some(({ name }) => name === PAPER_PROCESS))
        await fleet.upPaper();
      await fleet.upKeys();
    } catch (error) {
      output.say((error as Error).message);
    }
    if (!stopped) timer = setTimeout(() => (work = look(false)), LOOK_EVERY_MS);
  };
  let work = look(true);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await work;
    },
  };
}

function tell(output: Output, outcomes: readonly Reconciled[]): void {
  for (const { id, outcome, error } of outcomes) {
    if (outcome === 'failed') output.say(`${id}: ${error}`);
    else if (outcome !== 'running')
      output.say(outcome === 'adopted' ? `${id} had lost its supervisor; it is back.` : `${id} is ready.`);
  }
}

/** Asked before anything is started, so that a taken port changes nothing. Errors: USAGE. */
async function refuseTakenPort(host: string, wanted: number): Promise<void> {
  const code = await portProblem(host, wanted);
  if (code === null) return;
  const reason = code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${code})`;
  throw new FlotillaError(
    'PORT_TAKEN',
    `The port ${wanted} on ${host} ${reason}. Choose another one: flotilla up --port N, or npm start -- --port N.`,
    { field: 'port' },
  );
}

/** Why a port cannot be listened on; null when it can. */
export function portProblem(host: string, wanted: number): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(wanted, host, () => probe.close(() => resolve(null)));
  });
}

function port(text: string): number {
  const value = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('It must be a port from 0 (any free one) to 65535.');
}
