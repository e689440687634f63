import type { Command } from 'commander';
import { lockHolder } from '../exchange/lock.js';
import { FlotillaError } from '../server/fleet/errors.js';
import type { Down } from '../server/fleet/outcomes.js';
import { isAlive, waitFor } from '../server/fleet/wait.js';
import { KEYS_PROCESS, PAPER_PROCESS, botOfProcess } from '../server/fleet/names.js';
import type { ProcessStatus } from '../server/fleet/supervisor.js';
import { commandWord, define, type CommonOptions } from './command.js';

const SERVER_ENDS_WITHIN_MS = 15_000;

/** `flotilla down`: ends server, bots and paper exchange of this data folder. */
export function downCommand(program: Command): void {
  const command = program
    .command('down')
    .description(
      'ends server, bots and paper exchange of this data folder; positions and orders stay as they are',
    );
  define<CommonOptions>(command, async ({ data, fleet, output }) => {
    // The server first: it would start again what it finds missing.
    const before = await fleet().processes();
    const server = await endServer(data);
    const down = withEndedByServer(before, await fleet().downAll());
    const ended = server || down.bots.length > 0 || down.paper || down.keys;
    const other = ended ? null : await fleet().otherFleet();
    output.result(
      { server, ...down, ...(other === null ? {} : { otherFleet: other }) },
      other === null
        ? words(server, down)
        : `Nothing was running in ${data}. The fleet that runs is in ${other}; end it with: flotilla down --data ${commandWord(other)}`,
    );
  });
}

/** The server of a demo ends its bots and paper exchange itself, before anybody else can: they ended all the same. */
export function withEndedByServer(before: readonly ProcessStatus[], down: Down): Down {
  const ran = before.filter(({ status }) => status === 'online').map(({ name }) => name);
  const bots = ran.flatMap((name) => botOfProcess(name) ?? []);
  return {
    ...down,
    bots: [...new Set([...bots, ...down.bots])].sort(),
    paper: down.paper || ran.includes(PAPER_PROCESS),
    keys: down.keys || ran.includes(KEYS_PROCESS),
  };
}

async function endServer(data: string): Promise<boolean> {
  const holder = await lockHolder(data);
  if (holder === null || holder.purpose !== 'server') return false;
  process.kill(holder.pid, 'SIGTERM');
  const gone = await waitFor(() => (isAlive(holder.pid) ? null : true), { withinMs: SERVER_ENDS_WITHIN_MS });
  if (gone) return true;
  throw new FlotillaError(
    'SUPERVISOR_FAILED',
    `The server (process ${holder.pid}) does not end. End it with kill -9 ${holder.pid} and try again.`,
  );
}

function words(server: boolean, { bots, paper, keys, openEntries }: Down): string {
  const ended = [
    ...(server ? ['the server'] : []),
    ...(bots.length > 0 ? [`${bots.length} ${bots.length === 1 ? 'bot' : 'bots'} (${bots.join(', ')})`] : []),
    ...(paper ? ['the paper exchange'] : []),
    ...(keys ? ['the key agent'] : []),
  ];
  const entries = openEntries.map(
    ({ id, order }) =>
      `${id}: the entry ${order.clientOrderId} (${order.type} ${order.quantity} at ${order.price ?? 'market'}) stays open.`,
  );
  return [ended.length === 0 ? 'Nothing was running.' : `Ended ${ended.join(', ')}.`, ...entries].join('\n');
}
