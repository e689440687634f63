import type { Command } from 'commander';
import type { BotView } from '../../bot/files/view.js';
import type { Wanted } from '../../server/fleet/commands.js';
import { define, type CommonOptions, type Context } from '../command.js';
import { forEach } from './lifecycle.js';

/** `flotilla bot pause|resume|adopt|ignore <id>…` */
export function botCommands(bot: Command): void {
  plain(bot, 'pause', 'no more entries until they are resumed; exits and protection go on');
  plain(bot, 'resume', 'entries again, and protection that was left as cancelled is placed again');
  repair(bot, 'adopt', 'where books and account differ: the books take what the account has');
  repair(bot, 'ignore', 'where books and account differ: the difference is acknowledged as it is');
}

function plain(bot: Command, name: 'pause' | 'resume', description: string): void {
  define(bot.command(`${name} <id...>`).description(description), (context, _options, ids) =>
    forEach(context, ids, (id) => give(context, id, { name })),
  );
}

function repair(bot: Command, name: 'adopt' | 'ignore', description: string): void {
  define<CommonOptions & { onlySay?: boolean; symbol?: string }>(
    bot
      .command(`${name} <id...>`)
      .description(description)
      .option('--symbol <symbol>', 'in what is parked of a symbol that it traded before')
      .option('--only-say', 'say what it would do, and do nothing'),
    (context, options, ids) =>
      forEach(context, ids, async (id) => {
        const view = await context.fleet().show(id);
        const symbol = options.symbol?.toUpperCase();
        const { difference } = view.parked?.find((book) => book.symbol === symbol) ?? view;
        const words = difference === null ? null : `${difference.message}\n${difference[name]}`;
        if (options.onlySay) return context.output.result(difference, words ?? `${id} has no difference.`);
        if (words !== null) context.output.say(words);
        return give(context, id, { name, ...(symbol === undefined ? {} : { symbol }) });
      }),
  );
}

/** Gives a command and says what came of it. */
export async function give({ fleet, output }: Context, id: string, wanted: Wanted): Promise<void> {
  const { name } = wanted;
  const { uuid, answer, message } = await fleet().command(id, wanted);
  const bot: BotView = await fleet().show(id);
  output.result({ ...bot, command: { uuid, name, done: answer !== null, message } }, message);
}
