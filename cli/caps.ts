import type { Command } from 'commander';
import type { CapChange } from '../bot/config/caps.js';
import { grouped } from '../bot/files/words.js';
import { rounded } from '../core/decimal.js';
import type { CapsOverview } from '../server/fleet/caps.js';
import { FlotillaError } from '../server/fleet/errors.js';
import { define } from './command.js';
import { table } from './output.js';

/** `flotilla caps`: what all bots together may have, and what is set aside for each. */
export function capsCommands(program: Command): void {
  const caps = program
    .command('caps')
    .description('what all bots together may have, and what each has set aside');
  define(
    caps.command('show', { isDefault: true }).description('the caps, and what is set aside under them'),
    async ({ fleet, output }) => {
      const overview = await fleet().caps();
      output.result(overview, capsWords(overview));
    },
  );
  define(
    caps
      .command('set <key=amount...>')
      .description(
        'symbols.BTCUSDT=2000, accounts.paper.USDT=5000 or fleet.USDT=8000; without an amount the cap is taken away',
      ),
    async ({ fleet, output }, _options, pairs) => {
      const overview = await fleet().setCaps(pairs.map(changeOf));
      output.result(overview, capsWords(overview));
    },
  );
  define(
    caps
      .command('release <id...>')
      .description('gives back what is set aside for a bot that is gone or stopped'),
    async ({ fleet, output }, _options, ids) => {
      for (const id of ids) {
        await fleet().release(id);
        output.result({ id, released: true }, `What was set aside for ${id} is given back.`);
      }
    },
  );
}

function changeOf(pair: string): CapChange {
  const equals = pair.indexOf('=');
  if (equals < 1)
    throw new FlotillaError('USAGE', `"${pair}" must have the form key=amount, such as fleet.USDT=8000.`);
  const [key, amount] = [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
  return { key, amount: amount === '' ? undefined : amount };
}

const money = (amount: string): string => grouped(rounded(amount, 2));

function capsWords({ file, caps, reservations }: CapsOverview): string {
  const capRows = caps.map(({ key, used, limit }) => [key, money(used), 'of', money(limit)]);
  const rows = reservations.map(({ id, account, symbol, asset, amount }) => [
    id,
    account,
    symbol,
    money(amount),
    asset,
  ]);
  return [
    caps.length === 0 ? `No caps (${file}).` : `Caps (${file})`,
    ...(caps.length === 0 ? [] : [table(capRows)]),
    reservations.length === 0 ? 'Nothing is set aside for any bot.' : 'Set aside',
    ...(reservations.length === 0 ? [] : [table(rows)]),
    ...caps.flatMap(({ exceeded }) => (exceeded === null ? [] : [exceeded])),
  ].join('\n');
}
