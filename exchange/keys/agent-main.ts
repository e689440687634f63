/** The key agent's process: `agent.cjs --data DIR`. */
import { parseArgs } from 'node:util';
import { KeyAgent } from './agent.js';

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
  await agent.start();
  process.send?.('ready');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
