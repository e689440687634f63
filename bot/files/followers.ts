/** The rest of the sentence, the same for the bot and for who starts it. */
export function followedThere(account: string, symbol: string): string {
  return `follows your trades of ${symbol} on ${account} already: a second one would answer each of them twice. Stop that one first, or choose another symbol.`;
}
