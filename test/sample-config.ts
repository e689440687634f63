/** The config of a bot as a person may have written it, for tests to spoil. */
import { ConfigError, parseConfig } from '../bot/config.js';

/** Where it is said to stand. */
export const FILE = 'data/bots/btc-dip/config.json';

/** With comments and a trailing comma, as people write. */
export const good = `{
  // what the bot is
  "$schema": "../../config.schema.json", "id": "btc-dip", "name": "BTC dip", "venue": "paper",
  "symbol": "BTCUSDT", "interval": "5m",
  "budget": "1000",
  "signal": { "name": "rsi-macd-bollinger", "rsiPeriod": 14 },
  "plan": { "name": "single", "stopLossPercent": 2 }, /* the rest is default */
  "risk": { "maxDailyLossPercent": 5 },
  "dryRun": false, "tags": ["demo"],
}
`;

export const parse = (text: string) => parseConfig(text, FILE, { id: 'btc-dip' });

/** The sentences that a text is refused with. */
export function refusal(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n');
  }
  return [];
}
