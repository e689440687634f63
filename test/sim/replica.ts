/** Follows a bot's journal line by line beside it: the journal alone must always give the state that the bot has. */
import { decodeEntry } from '../../bot/files/journal.js';
import { replay } from '../../bot/files/restore.js';
import type { BotState } from '../../core/state.js';
import { planNamed } from '../../strategies/registry.js';
import type { SimFile } from './disk.js';
import { journalOf } from './invariants.js';
import type { SimProcess } from './process.js';
import { Violation } from './world.js';

export class Replica {
  private state: BotState | null = null;
  private file: SimFile | null = null;
  private offset = 0;

  constructor(private readonly process: SimProcess) {}

  check(): void {
    const { process } = this;
    const file = process.disk.get('events.ndjson');
    if (process.state === null || file === undefined) return;
    if (this.file === null) this.begin(file);
    else this.follow(file);
    const [ours, theirs] = [JSON.stringify(this.state), JSON.stringify(process.state)];
    if (ours !== theirs) throw new Violation(`the journal replays to another state:\n${ours}\n${theirs}`);
  }

  /** Of a long life the oldest files are gone: then from here on. */
  private begin(file: SimFile): void {
    const entries = journalOf(this.process.disk);
    this.state =
      entries === null ? this.process.state : replay(planNamed, null, entries, this.process.folder);
    this.file = file;
    this.offset = file.size;
  }

  private follow(file: SimFile): void {
    if (this.file !== file) {
      this.read(this.file!);
      this.offset = 0;
      this.file = file;
    }
    this.read(file);
  }

  private read({ content }: SimFile): void {
    const entries = content
      .toString('utf8', this.offset)
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [decodeEntry(line)]));
    this.offset = content.length;
    for (const entry of entries) {
      if (entry === null) throw new Violation('a journal line is not what was written');
      this.state = replay(planNamed, this.state, [entry], this.process.folder);
    }
  }
}
