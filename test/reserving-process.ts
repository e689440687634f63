/**
 * A process that sets money aside, for `reservations.test.ts`. Told `{ data, id, total }` it asks for 600 USDT and answers;
 * told to `start` it starts a bot through the fleet and is killed (SIGKILL) at the point it was told.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { claim } from '../bot/files/claim.js';
import { reservationsFolder } from '../bot/files/reservations.js';
import { inTurnOn } from '../exchange/turn.js';
import { lockHolder } from '../exchange/lock.js';

export interface Told {
  readonly data: string;
  readonly id: string;
  readonly total: string;
  /** When both begin (wall time, ms). */
  readonly at: number;
}

async function ask({ data, id, total, at }: Told): Promise<boolean> {
  await pause(Math.max(0, at - Date.now()));
  const wish = {
    id,
    venue: 'paper',
    account: 'paper',
    symbol: 'BTCUSDT',
    asset: 'USDT',
    amount: '600',
    held: '0',
    wanted: '600',
  };
  const given = await claim(data, wish, {
    inTurn: (work) => inTurnOn(reservationsFolder(data), id, work, 10_000),
    total: async () => total,
    isHeld: async (folder) => (await lockHolder(folder)) !== null,
  });
  return given.amount === '600';
}

process.on('message', (told: Told) => {
  void ask(told).then(
    (won) => process.send?.({ won }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.send?.('ready');
