import type { Command } from 'commander';
import { readChanges } from '../../bot/config.js';
import { readConfigText } from '../../server/fleet/configs.js';
import { define, type CommonOptions } from '../command.js';
import { startAsked } from './real-money.js';
import { each } from './create.js';

interface Options extends CommonOptions {
  readonly symbol?: string;
  readonly set: readonly string[];
  readonly start?: boolean;
}

/** `flotilla bot clone <id> <new-id>` */
export function cloneCommand(bot: Command): void {
  const command = bot
    .command('clone <id> <new-id>')
    .description('makes another bot with the settings of this one; positions and history stay where they are')
    .option('--symbol <symbol>', 'the pair that the new one trades')
    .option('--set <name=value>', 'a setting of the new one; may be repeated', each, [])
    .option('--start', 'start it at once');
  define<Options>(command, async (context, options, [id = '', newId = '']) => {
    const { fleet, output, data } = context;
    const pairs = [...(options.symbol === undefined ? [] : [`symbol=${options.symbol}`]), ...options.set];
    const changes = readChanges(pairs, await readConfigText(data, id));
    const config = await fleet().clone(id, { id: newId, changes });
    if (options.start) await startAsked(context, newId);
    const worst = await fleet().worstCase(config);
    const view = { ...(await fleet().show(newId)), worstCase: worst };
    const started = options.start ? ' and started it' : `. Start it with flotilla bot start ${newId}`;
    const words = worst === null ? [] : ['In the worst case:', ...worst.words.map((line) => `  ${line}`)];
    output.result(view, [`Made the bot ${newId} from ${id}${started}.`, ...words].join('\n'));
  });
}
