import type { Command } from 'commander';
import type { AuditEntry } from '../server/audit/chain.js';
import { withWords } from '../server/audit/shown.js';
import { AuditLog } from '../server/audit/log.js';
import { auditWords } from '../views/audit-words.js';
import { count } from './bot/look.js';
import { define, type CommonOptions } from './command.js';
import { DONE, FAILED, table } from './output.js';

/** `flotilla audit list|verify`: who did what, and whether the log is as it was written. */
export function auditCommands(program: Command): void {
  const audit = program.command('audit').description('who did what, from where');
  define<CommonOptions & { last: number; user?: string; action?: string; about?: string }>(
    audit
      .command('list')
      .description('the last entries, newest first, and the head of the chain')
      .option('--last <n>', 'how many', count, 20)
      .option('--user <name>', 'only what this user did')
      .option('--action <name>', 'only such as bot.start, or all of bot')
      .option('--about <id>', 'only what was done to this bot or user'),
    async ({ data, output }, { last, user, action, about }) => {
      const log = new AuditLog(data);
      const filter = {
        ...(user === undefined ? {} : { user }),
        ...(action === undefined ? {} : { action }),
        ...(about === undefined ? {} : { about }),
      };
      const entries = await log.list(filter, Math.min(10_000, last));
      const head = await log.head();
      const words = entries.length === 0 ? 'Nothing fits.' : table(entries.map(row));
      output.result({ head, entries: entries.map(withWords) }, `${words}\nhead ${head}`);
    },
  );
  define<CommonOptions & { head?: string }>(
    audit
      .command('verify')
      .description('walks the chain; exit code 1 when the log is not as it was written')
      .option('--head <hash>', 'a head noted elsewhere: a log rewritten since then shows by it'),
    async ({ data, output }, { head: noted }) => {
      const verified = await new AuditLog(data).verify(noted?.toLowerCase());
      const { lines, head, fault } = verified;
      output.result(verified, fault ?? `${lines} lines, each as it was written. The head is ${head}`);
      return fault === null ? DONE : FAILED;
    },
  );
}

function row(entry: AuditEntry): string[] {
  const { time, user, via, address, action } = entry;
  const from = address === null ? via : `${via} ${address}`;
  return [new Date(time).toISOString(), user, from, action, auditWords(entry)];
}
