/** What is hard to read takes no longer than what is easy (FAULTS.md §8, 13): no pattern or parser goes back and forth. */
import t from 'tap';
import { parseConfig } from '../bot/config.js';
import { parseCaps } from '../bot/config/caps.js';
import { differencesOf } from '../bot/config/differences.js';
import { logText } from '../exchange/log-text.js';
import { linkOf } from '../server/audit/chain.js';
import { clientAddress, countedAs } from '../server/web/addresses.js';
import { auditWords } from '../views/audit-words.js';
import { BlockList } from 'node:net';

const LINE = { action: 'bot.config', about: null, outcome: 'failed' };

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  config: (text) => parseConfig(text, 'config.json'),
  'config value': (text) =>
    parseConfig(JSON.stringify({ id: text, symbol: text, budget: text }), 'config.json'),
  caps: (text) => parseCaps(text, 'caps.json'),
  differences: (text) => differencesOf('{}', text),
  'log line': (text) => logText(0, new Error(text)),
  'audit line': (text) => linkOf(text, { seq: 0, hash: '' }),
  'audit words': (text) => auditWords({ ...LINE, details: { message: text } }),
  'forwarded addresses': (text) => clientAddress('127.0.0.1', text, new BlockList()),
  address: (text) => countedAs(text),
};

/** Each is repeated until it is long. */
const PIECES = [
  '[',
  '{"a":',
  '"\\',
  ' ',
  'a',
  '0',
  '.',
  ',"hash":"',
  '<',
  '\u001b[',
  '%',
  '/*',
  '//\n',
  '&a=',
  '::',
  '=',
  '\n',
];

const SHORT = 32 * 1_024;
const TIMES = 32;

/** Of the processor's time, not the clock's. Linear work takes TIMES as long, quadratic work that times as long again: between them is room for any machine. */
t.test('a megabyte of anything is read in time that grows with its length alone', (t) => {
  const timed = (parse: (text: string) => unknown, text: string): number => {
    const before = process.cpuUsage();
    try {
      parse(text);
    } catch (error) {
      if (error instanceof RangeError) t.fail(`${error.message}: ${text.slice(0, 10)}`);
    }
    return process.cpuUsage(before).user / 1_000;
  };
  for (const [name, parse] of Object.entries(PARSERS)) {
    const slow = PIECES.filter((piece) => {
      const text = piece.repeat(Math.ceil(SHORT / piece.length));
      const short = Math.max(2, timed(parse, text));
      return timed(parse, text.repeat(TIMES)) > short * TIMES * 6;
    });
    t.same(slow, [], name);
  }
  t.end();
});
