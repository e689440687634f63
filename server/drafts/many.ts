/** One draft for many symbols: a bot for each, with an id of its own. */
import type { ServerDeps } from '../deps.js';
import { FlotillaError } from '../fleet/errors.js';
import type { Making } from '../fleet/fleet.js';
import { makeBot } from '../web/making.js';
import type { ManyOutcome } from '../../views/many.js';

type Input = Readonly<Record<string, unknown>>;

/** So many at once. */
export const MOST_AT_ONCE = 50;

const QUOTES = ['FDUSD', 'USDT', 'USDC', 'TUSD', 'BUSD', 'EUR', 'TRY', 'BTC', 'ETH', 'BNB'];

/** Symbols in a text, apart by blanks, commas or lines; small letters are as good, and each counts once. */
export function symbolsIn(text: string): string[] {
  return [
    ...new Set(
      text
        .toUpperCase()
        .split(/[\s,;]+/)
        .filter(Boolean),
    ),
  ];
}

/** The configs of all (errors: USAGE for too many): `dip` for BTCUSDT and ETHUSDT becomes `dip-btc` and `dip-eth`, named likewise. */
export function manyConfigs(config: Input, symbols: readonly string[]): Input[] {
  if (symbols.length > MOST_AT_ONCE)
    throw new FlotillaError(
      'USAGE',
      `${symbols.length} bots at once are too many; at most ${MOST_AT_ONCE}.`,
      {
        field: 'symbols',
      },
    );
  const shorts = symbols.map(baseOf);
  return symbols.map((symbol, index) => {
    const short = shorts[index] ?? symbol;
    const own = shorts.filter((each) => each === short).length === 1 ? short : symbol;
    const suffix = `-${own.toLowerCase()}`;
    const name = typeof config['name'] === 'string' ? { name: `${config['name']} ${own}`.slice(0, 80) } : {};
    return {
      ...config,
      ...name,
      id: `${String(config['id']).slice(0, 40 - suffix.length)}${suffix}`,
      symbol,
    };
  });
}

function baseOf(symbol: string): string {
  const quote = QUOTES.find((each) => symbol.endsWith(each) && symbol.length > each.length);
  return quote === undefined ? symbol : symbol.slice(0, -quote.length);
}

/** Makes each by itself: one that is refused holds back no other. What came of each, in their order. */
export async function makeMany(
  deps: Pick<ServerDeps, 'fleet' | 'store'>,
  configs: readonly Input[],
  making: Making,
): Promise<ManyOutcome[]> {
  const outcomes: ManyOutcome[] = [];
  for (const config of configs) outcomes.push(await makeOne(deps, config, making));
  return outcomes;
}

async function makeOne(
  deps: Pick<ServerDeps, 'fleet' | 'store'>,
  config: Input,
  making: Making,
): Promise<ManyOutcome> {
  const about = { id: String(config['id']), symbol: String(config['symbol']) };
  try {
    await makeBot(deps, config, making);
    return { ...about, made: true, started: making.start ?? false, problem: null };
  } catch (error) {
    if (!(error instanceof FlotillaError) || error.httpStatus >= 500) throw error;
    return { ...about, made: error.code === 'NOT_STARTED', started: false, problem: error.message };
  }
}
