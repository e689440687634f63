import type { Command } from 'commander';
import { grouped } from '../bot/files/words.js';
import { dec, rounded, text } from '../core/decimal.js';
import { FlotillaError } from '../server/fleet/errors.js';
import type { AccountView } from '../views/account-model.js';
import { amountDigits } from '../views/amount-digits.js';
import { botsOnDisk } from './bots-on-disk.js';
import { define } from './command.js';
import { table } from './output.js';

/** On the machine itself one sees what an admin sees. */
const ADMIN = { id: 'command-line', name: 'command line', role: 'admin' } as never;

/** `flotilla account`: what the page Account shows; the exchange is asked for it now. */
export function accountCommand(program: Command): void {
  define(
    program
      .command('account [name]')
      .description('balances, what bots hold and may spend, what is free, orders of others, and fees paid'),
    async ({ data, output, fleet }, _options, [name]) => {
      // Loaded here: other commands speak to no exchange.
      const [{ accountsSeen, refreshAccounts }, { AccountLooks }, { Reserved }] = await Promise.all([
        import('../server/account/seen.js'),
        import('../server/account/looks.js'),
        import('../server/account/reserved.js'),
      ]);
      const bots = await botsOnDisk(data);
      const deps = {
        all: () => bots,
        visible: () => bots,
        owns: () => true,
        keys: fleet().keys,
        reserved: new Reserved(data),
        looks: new AccountLooks({ data, now: () => Date.now() }),
      };
      if ((await refreshAccounts(ADMIN, name, deps)) === null)
        throw new FlotillaError('USAGE', `There is no account "${name}". Without a name all are shown.`);
      const seen = await accountsSeen(ADMIN, deps);
      const accounts = name === undefined ? seen : seen.filter(({ account }) => account === name);
      const words = accounts.map(accountWords).join('\n\n');
      output.result({ accounts }, words === '' ? 'No account yet: there is neither a bot nor a key.' : words);
    },
  );
}

/** No exchange counts finer; sums that bots made may have more digits, which `--json` tells. */
const DIGITS = 8;

/** Small amounts at the digits that they have, large ones at two. */
function amount(value: string | null): string {
  if (value === null) return '?';
  if (dec(value).abs().gte(1_000)) return grouped(rounded(value, 2));
  const short = text(dec(rounded(value, DIGITS)));
  // What would be shown as nothing is shown whole.
  return grouped(short === '0' ? value : short);
}

/** One account as people read it. */
export function accountWords({ account, at, problem, assets, bots, orders, fees }: AccountView): string {
  const paid = Object.entries(fees).filter(([, fee]) => dec(fee).gt(0));
  const foreign = orders.filter(({ origin }) => origin !== 'bot');
  const reserved = bots.filter((bot) => bot.reserved !== null);
  return [
    `Account ${account}${at === null ? '' : `, as of ${new Date(at).toISOString()}`}`,
    ...(problem === null ? [] : [problem]),
    ...(assets.length === 0
      ? ['Nothing is known to be in it.']
      : [
          table([
            ['asset', 'in all', 'in orders', 'held by bots', 'bots may spend', 'free'],
            ...assets.map(({ asset, total, locked, inBots, reserved: aside, free }) => [
              asset,
              ...[total, locked, inBots, aside, free].map(amount),
            ]),
          ]),
        ]),
    ...(reserved.length === 0
      ? []
      : [
          'Set aside for each bot, invested or not',
          table(
            reserved.map((bot) => [
              bot.id,
              `${grouped(rounded(bot.reserved ?? '0', amountDigits(bot.quote)))} ${bot.quote}`,
            ]),
          ),
        ]),
    ...(foreign.length === 0
      ? []
      : [
          'Orders that are of none of these bots',
          table(
            foreign.map(({ symbol, side, type, price, quantity }) => [
              symbol,
              ...[side.toLowerCase(), type, amount(quantity)],
              price === null ? '' : `at ${amount(price)}`,
            ]),
          ),
        ]),
    ...(paid.length === 0
      ? []
      : [`Fees paid: ${paid.map(([asset, fee]) => `${amount(fee)} ${asset}`).join(', ')}`]),
  ].join('\n');
}
