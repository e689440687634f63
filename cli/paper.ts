import { join } from 'node:path';
import type { Command } from 'commander';
import { define, type CommonOptions } from './command.js';
import {
  addMarketOptions,
  checkLive,
  marketArgs,
  paperOptions,
  type MarketOptions,
} from './market-options.js';

interface Options extends CommonOptions, MarketOptions {
  readonly port?: string;
  readonly reset?: boolean;
}

/** `flotilla paper`: the paper exchange in the foreground; it prints its address as one line of JSON. */
export function paperCommand(program: Command): void {
  const command = program
    .command('paper')
    .description('runs a paper exchange in the foreground and prints its address when it accepts connections')
    .option('--port <port>', 'default: the last one, or any free one')
    .option('--reset', 'forget what the folder holds and begin anew');
  define<Options>(addMarketOptions(command), async ({ data, output }, options) => {
    const args = [
      ...(marketArgs(options) ?? []),
      ...(options.port === undefined ? [] : ['--port', options.port]),
    ];
    const wanted = await paperOptions(join(data, 'paper'), args);
    await checkLive(wanted);
    const { startPaper } = await import('../exchange/paper/wire/paper.js');
    const paper = await startPaper({ ...wanted, reset: options.reset });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => void paper.stop());
    for (const note of paper.notes) output.say(note);
    const address = JSON.stringify(paper.address);
    output.result(paper.address, address);
    await paper.stopped;
  });
}
