/** The key agent's process: `agent.cjs --data DIR`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LockedError } from '../lock.js';
import { KeyAgent } from './agent.js';

const NEXT_TRY_MS = 1_000;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: 'string' } } });
  if (values.data === undefined) {
    console.error('Usage: agent --data DIR');
    process.exit(2);
  }
  process.umask(0o077);
  const agent = new KeyAgent(values.data);
  const stop = (): void => void agent.stop().finally(() => process.exit(0));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // It outlives a supervisor's daemon that dies, as the bots do.
  process.on('disconnect', () => undefined);
  process.on('SIGHUP', () => undefined);
  process.send?.('ready');
  await startInTurn(agent);
}

/** One that outlived its supervisor may still hold the key: its successor waits for its end instead of taking it away. */
async function startInTurn(agent: KeyAgent): Promise<void> {
  for (;;) {
    try {
      return await agent.start();
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      await sleep(NEXT_TRY_MS);
    }
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
