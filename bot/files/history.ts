/** `trades.ndjson` read line by line, for whoever looks at a bot; the bot itself never does. */
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { lineOf, type HistoryLine } from './trades.js';

/** What was booked, oldest first and one at a time: a history of any length costs no memory. None without a file. */
export async function* historyOf(file: string): AsyncGenerator<HistoryLine> {
  if (!existsSync(file)) return;
  const input = createReadStream(file);
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      const line = text === '' ? null : lineOf(text);
      if (line !== null) yield line;
    }
  } finally {
    input.destroy();
  }
}
