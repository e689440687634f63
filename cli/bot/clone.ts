import type { Command } from 'commander';
import { toldChanges } from '../../bot/config.js';
import { readConfigText } from '../../server/fleet/configs.js';
import { define, type CommonOptions } from '../command.js';
import { each } from './create.js';
import { sayMade, startMade } from './making.js';

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
    const { fleet, data } = context;
    const pairs = [...(options.symbol === undefined ? [] : [`symbol=${options.symbol}`]), ...options.set];
    const { changes, problems: unread } = toldChanges(pairs, await readConfigText(data, id));
    const config = await fleet().clone(id, { id: newId, changes, unread });
    const { start: started = false } = options;
    if (started) await startMade(context, newId);
    await sayMade(context, { id: newId, made: `Made the bot ${newId} from ${id}`, config, started });
  });
}
