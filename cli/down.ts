import type { Command } from 'commander';
import { lockHolder } from '../exchange/lock.js';
import { FlotillaError } from '../server/fleet/errors.js';
import type { Down } from '../server/fleet/outcomes.js';
import { isAlive, waitFor } from '../server/fleet/wait.js';
import { define, type CommonOptions } from './command.js';

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
    const server = await endServer(data);
    const down = await fleet().downAll();
    output.result({ server, ...down }, words(server, down));
  });
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
