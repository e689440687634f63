import type { BotView } from '../../bot/files/view.js';

const LONGEST_ID = 40;

export interface Copy {
  readonly id: string;
  /** Where it is not that of the original. */
  readonly symbol?: string;
}

/** The ids of a bot's copies, one for each symbol, none of them taken: `btc-dip-2`, `btc-dip-ethusdt`. `taken` grows. */
export function cloneIds(
  bot: Pick<BotView, 'id' | 'symbol'>,
  symbols: readonly string[] | undefined,
  taken: Set<string>,
): readonly Copy[] {
  const wanted = symbols ?? [bot.symbol];
  return wanted.map((symbol) => {
    const own = symbol === bot.symbol;
    const id = free(own ? bot.id : `${bot.id}-${symbol.toLowerCase()}`, own, taken);
    taken.add(id);
    return own ? { id } : { id, symbol };
  });
}

/** The name itself, or else with the first number behind it that is free. */
function free(name: string, numbered: boolean, taken: ReadonlySet<string>): string {
  const short = name.slice(0, LONGEST_ID);
  if (!numbered && !taken.has(short)) return short;
  for (let number = 2; ; number += 1) {
    const end = `-${number}`;
    const id = name.replace(/-\d{1,3}$/, numbered ? '' : '$&').slice(0, LONGEST_ID - end.length) + end;
    if (!taken.has(id)) return id;
  }
}
