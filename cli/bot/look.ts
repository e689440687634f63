import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { readLog } from '../../bot/files/log.js';
import type { BotView } from '../../bot/files/view.js';
import { FlotillaError } from '../../server/fleet/errors.js';
import { readDecisions } from '../../server/store/decisions.js';
import { whyOf } from '../../server/why/seen.js';
import type { WhyBot } from '../../views/why-model.js';
import { sinceOutcome, type Since } from '../../server/why/since.js';
import type { ShownDecision } from '../../views/model.js';
import { botWords, clockWords, listWords, logWords } from '../bot-views.js';
import { whyAllWords, whyWords } from '../why-words.js';
import { define, type CommonOptions } from '../command.js';
import { DONE, FAILED } from '../output.js';
import { preflightWords } from './real-money.js';

const FOLLOW_EVERY_MS = 300;
/** Of these, since when they all came to the same is told. */
const DECISIONS_READ = 200;

/** `flotilla bot list|show|why|logs` */
export function lookCommands(bot: Command): void {
  define(bot.command('list').description('every bot in one line'), async ({ fleet, output, data }) => {
    const bots = await fleet().list();
    const words = existsSync(data) ? listWords(bots) : `There is no data folder ${data} yet.`;
    output.result(bots.map(withoutTrades), words);
  });
  define(
    bot.command('show <id...>').description('all there is to know of bots'),
    async ({ fleet, output }, _options, ids) => {
      for (const id of ids) {
        const view = await fleet().show(id);
        output.result(view, botWords(view));
      }
    },
  );
  define<CommonOptions & { last: number }>(
    bot
      .command('why [id]')
      .description(
        'why it is not trading, or not selling, and its last decisions; all bots that are held back if left out',
      )
      .option('--last <n>', 'how many decisions', count, 10),
    async ({ fleet, output, data }, options, [id]) => {
      if (id === undefined) {
        const bots = await whyAll(data, await fleet().list());
        return output.result(bots, whyAllWords(bots));
      }
      const view = await fleet().show(id);
      const decisions = await readDecisions(data, id, DECISIONS_READ);
      const { findings = [] } = whyOf([view], Date.now(), sinceIn(decisions))[0] ?? {};
      const last = decisions.slice(-options.last);
      output.result(
        { id, waitingFor: view.waitingFor, findings, decisions: last, errors: view.errors },
        whyWords(view, findings, last),
      );
    },
  );
  define(
    bot.command('preflight <id>').description('what stands between a bot and its live venue, line by line'),
    async ({ fleet, output }, _options, [id = '']) => {
      try {
        const checked = await fleet().preflight(id);
        output.result(checked, preflightWords(checked));
        return checked.ok ? DONE : FAILED;
      } catch (error) {
        // A script asks before it starts any bot: on paper nothing stands in between.
        if (!(error instanceof FlotillaError) || error.code !== 'LIVE_ONLY') throw error;
        output.result({ ok: true, lines: [] }, error.message);
        return DONE;
      }
    },
  );
  define<CommonOptions & { last: number; follow?: boolean }>(
    bot
      .command('logs <id>')
      .description('its last log lines')
      .option('--last <n>', 'how many', count, 50)
      .option('--follow', 'go on with new ones until Ctrl-C'),
    async ({ fleet, output, data }, options, [id = '']) => {
      const clocks = clockWords(await fleet().show(id));
      let last = await readLog(data, id, options.last);
      if (last.length === 0 && !output.json) output.say(`${id} has logged nothing yet.`);
      for (const line of last) output.result(line, logWords(line));
      if (clocks !== null && !output.json) output.say(clocks);
      while (options.follow) {
        await pause(FOLLOW_EVERY_MS);
        const lines = await readLog(data, id, 200);
        for (const line of newer(lines, last)) output.result(line, logWords(line));
        last = lines;
      }
    },
  );
}

/** The lines after the last one seen; lines of one millisecond are told apart by how many there were. */
function newer<Line extends { time: number }>(
  lines: readonly Line[],
  seen: readonly Line[],
): readonly Line[] {
  const last = seen.at(-1)?.time ?? -1;
  const told = seen.filter((line) => line.time === last).length;
  const same = lines.filter((line) => line.time === last);
  return [...same.slice(told), ...lines.filter((line) => line.time > last)];
}

type Judged = Parameters<Parameters<typeof whyOf>[2]>[1];

/** Since when: what the bot's files say, else its decisions. */
function sinceIn(decisions: readonly ShownDecision[]): (id: string, finding: Judged) => Since | null {
  return (_id, { code, since }) =>
    since === null ? sinceOutcome(decisions, code) : { at: since, exact: true };
}

/** Those that need their user or are held back. */
async function whyAll(data: string, bots: readonly BotView[]): Promise<WhyBot[]> {
  const now = Date.now();
  const found: WhyBot[] = [];
  for (const bot of bots) {
    const [quick] = whyOf([bot], now, () => null);
    if (quick === undefined || quick.weight === 'calm') continue;
    const decisions = await readDecisions(data, bot.id, DECISIONS_READ);
    found.push(...whyOf([bot], now, sinceIn(decisions)));
  }
  return [
    ...found.filter(({ weight }) => weight === 'act'),
    ...found.filter(({ weight }) => weight !== 'act'),
  ];
}

function withoutTrades({ trades: _trades, past: _past, ...rest }: BotView): Omit<BotView, 'trades' | 'past'> {
  return rest;
}

/** Of an option: a number of lines. */
export function count(text: string): number {
  if (/^[1-9][0-9]{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 99999.');
}
