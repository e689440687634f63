import type { Command } from 'commander';
import { haltWords } from '../server/fleet/halt-words.js';
import { define, type CommonOptions } from './command.js';
import { DONE, FAILED } from './output.js';

/** `flotilla halt` and `flotilla resume`: the fleet's kill switch, with the server up or down. */
export function haltCommands(program: Command): void {
  define<CommonOptions & { flatten?: boolean }>(
    program
      .command('halt')
      .description('no bot buys any more, open entries are taken back; positions keep their protection')
      .option('--flatten', 'and the bots sell all that they hold, at market'),
    async ({ fleet, output }, { flatten = false }) => {
      const halted = await fleet().halt({ flatten });
      output.result(halted, haltWords(halted).join('\n'));
      return halted.unreached.length === 0 ? DONE : FAILED;
    },
  );
  define(
    program.command('resume').description('ends a halt: bots may buy again'),
    async ({ fleet, output }) => {
      const resumed = await fleet().resume();
      const words = resumed
        ? 'The halt is over: bots may buy again, each at its next signal. Bots that you paused stay paused.'
        : 'The fleet is not halted.';
      output.result({ resumed }, words);
    },
  );
}
