import { grouped } from '../../bot/files/words.js';
import type { BotView } from '../../bot/files/view.js';
import { dec, rounded, ZERO, type Decimal } from '../../core/decimal.js';
import { accountOf } from '../../bot/config.js';
import { exchangeFor, type Account } from '../../exchange/connect.js';
import type { Balance, Exchange } from '../../exchange/port.js';
import { whoAsks } from '../auth/context.js';
import { FlotillaError } from './errors.js';
import { followsUser } from './followers.js';
import { inTime } from './venue-check.js';

/**
 * Whether the account covers what the bots may spend: this one's cash and that of the others on its venue that should
 * run, against the account's free and locked quote. A venue that does not answer now is not asked.
 * Errors: BUDGET_UNCOVERED.
 */
export async function checkCoverage(data: string, bot: BotView, fleet: readonly BotView[]): Promise<void> {
  // What a follower spends its user's own sales have brought in.
  if (followsUser(bot)) return;
  const account = await askAccount(data, bot);
  if (account === null) return;
  const { asset, total } = account;
  const others = fleet.filter(
    ({ id, desired, dryRun, symbol, quote, ...other }) =>
      id !== bot.id &&
      desired === 'running' &&
      !dryRun &&
      !followsUser(other) &&
      accountOf(other) === accountOf(bot) &&
      (quote === '' ? symbol.endsWith(asset) : quote === asset),
  );
  const taken = others.reduce((sum, { cash }) => sum.plus(dec(cash)), ZERO);
  if (taken.plus(dec(bot.cash)).lte(total)) return;
  throw new FlotillaError('BUDGET_UNCOVERED', words(bot, others, asset, taken, total), { field: 'budget' });
}

function words(
  bot: BotView,
  others: readonly BotView[],
  asset: string,
  taken: Decimal,
  total: Decimal,
): string {
  const say = (amount: Decimal): string => grouped(rounded(amount, 2));
  const holds = `The account holds ${say(total)} ${asset}`;
  const asks = `this bot would spend up to ${say(dec(bot.cash))}`;
  if (others.length === 0) return `${holds}, and ${asks}: lower its budget.`;
  const left = total.gt(taken) ? total.minus(taken) : ZERO;
  // Whose they are is told to nobody who might not see them.
  const asker = whoAsks();
  const named = asker === null || asker.role === 'admin';
  const count = others.length === 1 ? 'another bot' : `${others.length} other bots`;
  const who = named ? listed(others.map(({ id }) => id)) : count;
  return `${holds}; ${who} ${others.length === 1 ? 'needs' : 'need'} ${say(taken)} of it, so at most ${say(left)} are left for this bot, and ${asks}: lower its budget, or stop another.`;
}

function listed(ids: readonly string[]): string {
  if (ids.length > 5) return `${ids.length} other bots`;
  return [ids.slice(0, -1).join(', '), ids.at(-1)].filter(Boolean).join(' and ');
}

async function askAccount(data: string, bot: BotView): Promise<{ asset: string; total: Decimal } | null> {
  let exchange: Exchange;
  try {
    exchange = await exchangeFor(bot as Account, data);
  } catch {
    return null; // no paper exchange was ever started here
  }
  try {
    const asking = async (): Promise<{ asset: string; balances: Balance[] }> => {
      await exchange.connect();
      const { quote } = await exchange.instrument(bot.symbol);
      return { asset: quote, balances: await exchange.balances() };
    };
    const answer = await inTime(asking()).catch(() => null);
    if (answer === null) return null;
    const held = answer.balances.find((balance) => balance.asset === answer.asset);
    const total = held === undefined ? ZERO : dec(held.free).plus(dec(held.locked));
    return { asset: answer.asset, total };
  } finally {
    await exchange.close().catch(() => {});
  }
}
