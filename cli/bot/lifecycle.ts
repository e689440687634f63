import type { Command } from 'commander';
import type { OrderView } from '../../bot/files/view.js';
import { dec } from '../../core/decimal.js';
import type { Stopped } from '../../server/fleet/outcomes.js';
import { define, type CommonOptions, type Context } from '../command.js';
import { startAsked, type RealMoney } from './real-money.js';
import { DONE } from '../output.js';

/** `flotilla bot start|stop|restart|delete <id>…` */
export function lifecycleCommands(bot: Command): void {
  define<CommonOptions & RealMoney>(
    bot
      .command('start <id...>')
      .description('starts bots and waits until they are ready')
      .option('--real-money', 'says beforehand that a bot on a live venue may trade real money'),
    (context, options, ids) =>
      forEach(context, ids, async (id) => {
        await startAsked(context, id, options);
        context.output.result(await context.fleet().show(id), `${id} is ready.`);
      }),
  );
  define(
    bot
      .command('stop <id...>')
      .description('stops bots: entries are cancelled, protection stays on the exchange'),
    (context, _options, ids) =>
      forEach(context, ids, async (id) => {
        const stopped = await context.fleet().stop(id);
        const view = await context.fleet().show(id);
        context.output.result({ ...view, ...stopped }, `${id} is stopped.${keptWords(view)}`);
        warnUnreached(context, stopped);
      }),
  );
  define(
    bot.command('restart <id...>').description('ends bots and starts them anew, on the newest build'),
    (context, _options, ids) =>
      forEach(context, ids, async (id) => {
        await context.fleet().restart(id);
        context.output.result(await context.fleet().show(id), `${id} is ready again.`);
      }),
  );
  define<CommonOptions & { yes?: boolean }>(
    bot
      .command('delete <id...>')
      .description('stops bots and removes them; their books are kept in .deleted')
      .option('--yes', 'although it holds a position'),
    (context, options, ids) =>
      forEach(context, ids, async (id) => {
        const before = await context.fleet().show(id);
        const stopped = await context.fleet().delete(id, { force: options.yes ?? false });
        const { position, base, openOrders, parked = [] } = before;
        const left = {
          quantity: position.quantity,
          base,
          orders: openOrders.filter(({ side }) => side === 'SELL'),
          parked: parked.map(({ symbol, position: { quantity }, base: asset, openOrders: orders }) => ({
            ...{ symbol, quantity, base: asset },
            orders: orders.filter(({ side }) => side === 'SELL'),
          })),
        };
        const traded =
          before.tradeCount === 0
            ? ''
            : '\nIts trades are in no table of flotilla trades any more; its files are kept in .deleted in the data folder.';
        const words = `${[left, ...left.parked].map(leftWords).join('')}${traded}`;
        context.output.result({ id, deleted: true, left, ...stopped }, `${id} is deleted.${words}`);
        warnUnreached(context, stopped);
      }),
  );
}

/** One bot's failure does not keep the others from being done; the worst exit code counts. */
export async function forEach(
  { output }: Context,
  ids: readonly string[],
  work: (id: string) => Promise<void>,
): Promise<number> {
  let worst = DONE;
  for (const id of ids) {
    await work(id).catch((error: unknown) => {
      worst = Math.max(worst, output.failure(error));
    });
  }
  return worst;
}

/** What nobody looks after any more. */
function leftWords({
  quantity,
  base,
  orders,
}: {
  quantity: string;
  base: string;
  orders: readonly OrderView[];
}): string {
  if (dec(quantity).eq(0) && orders.length === 0) return '';
  const each = orders.map(
    ({ slot, quantity: amount, price, stopPrice }) =>
      `\n  ${slot}: sell ${amount} at ${price ?? `a stop of ${stopPrice ?? 'the market'}`}`,
  );
  const rest =
    orders.length === 0 ? '' : `, with these orders on the exchange, which may still fill:${each.join('')}`;
  return ` ${quantity} ${base} of its stay in the account${rest}${orders.length === 0 ? '.' : ''}`;
}

function keptWords({ openOrders }: { openOrders: readonly unknown[] }): string {
  return openOrders.length === 0 ? '' : ` ${openOrders.length} protective orders stay on the exchange.`;
}

function warnUnreached({ output }: Context, { unreached }: Stopped): void {
  for (const { id, order, reason } of unreached) {
    output.say(
      `${id}: the entry ${order.clientOrderId} is still open, because it could not be cancelled: ${reason}`,
    );
  }
}
