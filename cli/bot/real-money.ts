import type { Preflight } from '../../exchange/keys/shown.js';
import { ask, canAsk } from '../ask.js';
import type { Context } from '../command.js';

export interface RealMoney {
  readonly realMoney?: boolean;
}

/** Starts a bot with what its venue needs: paper its exchange, a live one that somebody says the money is real. Errors: REAL_MONEY. */
export async function startAsked(
  context: Context,
  id: string,
  { realMoney = false }: RealMoney = {},
): Promise<void> {
  const { venue } = await context.fleet().show(id);
  // It is there already when the server is up.
  if (venue === 'paper') await context.fleet().upPaper();
  const asks = !realMoney && (await context.fleet().asksRealMoney(id));
  await context.fleet().start(id, { realMoney: asks ? await confirmed(context, id) : realMoney });
}

async function confirmed({ fleet, output }: Context, id: string): Promise<boolean> {
  const checked = await fleet().preflight(id);
  output.say(preflightWords(checked));
  if (!checked.ok || !canAsk(output)) return false;
  return (await ask('This bot will trade real money. Type its id to start it: ')) === id;
}

const SIGN = { ok: '✓', warning: '!', refused: '✗' };

export function preflightWords({ lines }: Preflight): string {
  return lines.map(({ verdict, words }) => `${SIGN[verdict]} ${words}`).join('\n');
}
