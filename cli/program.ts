import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { distFolder } from '../server/fleet/bundles.js';
import { botCommands } from './bot/command.js';
import { shareCommands } from './bot/share.js';
import { cloneCommand } from './bot/clone.js';
import { createCommand } from './bot/create.js';
import { lifecycleCommands } from './bot/lifecycle.js';
import { lookCommands } from './bot/look.js';
import { setCommand } from './bot/set.js';
import { tradeCommands } from './bot/trade.js';
import { accountCommand } from './account.js';
import { auditCommands } from './audit.js';
import { backtestCommand } from './backtest.js';
import { capsCommands } from './caps.js';
import { checkCommand } from './check.js';
import { compareCommand } from './compare.js';
import { doctorCommand } from './doctor.js';
import { downCommand } from './down.js';
import { handCommands } from './hand.js';
import { haltCommands } from './halt.js';
import { optimizeCommand } from './optimize.js';
import { keyCommands } from './key.js';
import { DONE, WRONG_INPUT } from './output.js';
import { paperCommand } from './paper.js';
import { tradesCommand } from './trades.js';
import { upCommand } from './up.js';
import { userCommands } from './user.js';

/** Runs one command line; the exit code is left in `process.exitCode`: 0 done, 1 failed, 2 wrong usage or invalid input. */
export async function run(args: readonly string[]): Promise<void> {
  const json = args.includes('--json');
  try {
    await program().parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const asked =
      error.code === 'commander.help' ||
      error.code === 'commander.helpDisplayed' ||
      error.code === 'commander.version';
    process.exitCode = asked && error.exitCode === 0 ? DONE : WRONG_INPUT;
    if (json && process.exitCode === WRONG_INPUT) {
      const message = error.message.replace(/^error: /, '');
      console.log(JSON.stringify({ error: { code: 'USAGE', message, field: null } }));
    }
  }
}

function program(): Command {
  const program = new Command('flotilla')
    .description('A fleet of crypto trading bots on your own machine.')
    .version(version(), '--version')
    .showHelpAfterError('(see --help)')
    .exitOverride();
  upCommand(program);
  downCommand(program);
  paperCommand(program);
  const bot = program.command('bot').description('makes, starts, stops and shows bots');
  createCommand(bot);
  cloneCommand(bot);
  setCommand(bot);
  lifecycleCommands(bot);
  botCommands(bot);
  shareCommands(bot);
  tradeCommands(bot);
  lookCommands(bot);
  handCommands(program);
  haltCommands(program);
  tradesCommand(program);
  accountCommand(program);
  capsCommands(program);
  keyCommands(program);
  userCommands(program);
  auditCommands(program);
  backtestCommand(program);
  optimizeCommand(program);
  compareCommand(program);
  checkCommand(program);
  doctorCommand(program);
  return program;
}

function version(): string {
  const build = JSON.parse(readFileSync(join(distFolder(), 'build.json'), 'utf8')) as { version: string };
  return build.version;
}
