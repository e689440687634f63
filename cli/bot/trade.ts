import { InvalidArgumentError, type Command } from 'commander';
import type { Asked } from '../../bot/files/command-files.js';
import { dec } from '../../core/decimal.js';
import { define, type CommonOptions, type Context } from '../command.js';
import { give } from './command.js';
import { forEach } from './lifecycle.js';

interface Said extends CommonOptions {
  readonly onlySay?: boolean;
}

const ONLY_SAY = ['--only-say', 'say what it would do now, and do nothing'] as const;

/** `flotilla bot buy|sell|flatten|cancel <id>…` */
export function tradeCommands(bot: Command): void {
  define<Said & { amount?: string }>(
    bot
      .command('buy <id...>')
      .description('enters now, as its plan would on a signal')
      .option('--amount <quote>', 'what to spend, where the plan lets it be chosen', amount)
      .option(...ONLY_SAY),
    (context, { amount, onlySay }, ids) =>
      forEach(context, ids, (id) =>
        trade(context, id, { name: 'buy', ...(amount === undefined ? {} : { amount }) }, onlySay),
      ),
  );
  define<Said & { batch?: number; symbol?: string }>(
    bot
      .command('sell <id...>')
      .description('sells all that it holds at market, or one batch; entries go on')
      .option('--batch <number>', 'only this batch of a ladder', batch)
      .option('--symbol <symbol>', 'what is parked of a symbol that it traded before')
      .option(...ONLY_SAY),
    (context, { batch, symbol, onlySay }, ids) =>
      forEach(context, ids, (id) =>
        trade(
          context,
          id,
          { name: 'sell', ...(batch === undefined ? {} : { batch }), ...bookNamed(symbol) },
          onlySay,
        ),
      ),
  );
  define<Said>(
    bot
      .command('flatten <id...>')
      .description('pauses entries, takes back those that rest, and sells all at market')
      .option(...ONLY_SAY),
    (context, { onlySay }, ids) =>
      forEach(context, ids, (id) => trade(context, id, { name: 'flatten' }, onlySay)),
  );
  define<Said & { yes?: boolean; symbol?: string }>(
    bot
      .command('cancel <id> <order>')
      .description('cancels an open order by its slot or client order id; an entry is dropped')
      .option('--symbol <symbol>', 'in what is parked of a symbol that it traded before')
      .option('--yes', 'although it looks after a position, and is placed again at once')
      .option(...ONLY_SAY),
    (context, { yes, symbol, onlySay }, [id = '', order = '']) =>
      trade(
        context,
        id,
        { name: 'cancel', order, ...(yes ? { again: true } : {}), ...bookNamed(symbol) },
        onlySay,
      ),
  );
}

function bookNamed(symbol: string | undefined): { readonly symbol?: string } {
  return symbol === undefined ? {} : { symbol: symbol.toUpperCase() };
}

async function trade(context: Context, id: string, asked: Asked, onlySay = false): Promise<void> {
  if (!onlySay) return give(context, id, asked);
  const foresight = await context.fleet().foresee(id, asked);
  const words = foresight === null ? `${id} has never run: start it first.` : foresight.words.join(' ');
  context.output.result({ id, ...foresight }, `${id}: ${words}`);
}

function amount(text: string): string {
  if (/^\d{1,20}(\.\d{1,18})?$/.test(text) && dec(text).gt(0)) return text;
  throw new InvalidArgumentError('It must be a number above 0, such as 250 or 99.5.');
}

function batch(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the number of a batch.');
}
