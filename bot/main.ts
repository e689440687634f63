/** One bot's process: `bot.cjs --data DIR --id ID`. */
import { parseArgs } from 'node:util';
import { LockedError } from '../exchange/lock.js';
import { BotProcess } from './process.js';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: 'string' }, id: { type: 'string' } } });
  if (values.data === undefined || values.id === undefined) {
    console.error('Usage: bot --data DIR --id ID');
    process.exit(2);
  }
  process.umask(0o077);
  const bot = new BotProcess(values.data, values.id);
  const stop = () => {
    void bot.stop().finally(() => process.exit(0));
  };
  // Says why before it ends, as it would without this.
  process.on('uncaughtExceptionMonitor', (error) => bot.ends(error.message));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // The supervisor's daemon may die: the bot trades on, and is found again by its lock.
  process.on('disconnect', () => undefined);
  process.on('SIGHUP', () => undefined);
  await bot.start();
  process.send?.('ready');
}

main().catch((error: Error) => {
  console.error(error instanceof LockedError ? error.message : (error.stack ?? error.message));
  process.exit(1);
});
