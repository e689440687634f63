/** Commands for the bot: found in their folder, done in order, each once, and taken away once the journal has them. */
import { watch, type FSWatcher } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { readCommands, removeCommand, setAside, type CommandFile } from './files/command-files.js';
import type { BotFolder } from './files/folder.js';
import type { Output } from './output.js';

/** A rename follows the writing; and should a watch miss one, it is found at the next look. */
const QUIET_MS = 20;
const LOOK_EVERY_MS = 5_000;

/** Does one command; true when it is recorded durably, false when it cannot be done yet. */
export type Obey = (command: CommandFile) => Promise<boolean>;

export class Inbox {
  private watcher: FSWatcher | null = null;
  private timer: NodeJS.Timeout | null = null;
  private every: NodeJS.Timeout | null = null;
  private working: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly folder: BotFolder,
    private readonly output: Output,
    /** Null while there is nobody to do them. */
    private readonly obey: () => Obey | null,
  ) {}

  async open(): Promise<void> {
    await mkdir(this.folder.commands, { recursive: true, mode: 0o700 });
    this.watcher = watch(this.folder.commands, () => {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        void this.work();
      }, QUIET_MS);
    });
    this.watcher.on('error', () => undefined);
    this.every = setInterval(() => void this.work(), LOOK_EVERY_MS);
  }

  /** All that wait now, one after the other. */
  work(): Promise<void> {
    this.working = this.working.then(() => this.workNow());
    return this.working;
  }

  private async workNow(): Promise<void> {
    const obey = this.obey();
    if (obey === null || this.closed) return;
    try {
      const { commands, unreadable } = await readCommands(this.folder);
      for (const { file, reason } of unreadable) {
        this.output.line(
          'error',
          'command',
          `${file} is no command (${reason}); it is kept as ${file}.refused`,
        );
        await setAside(file);
      }
      // In their order: one that cannot be done yet holds up those after it.
      for (const command of commands) {
        if (this.isClosed() || !(await obey(command))) return;
        await removeCommand(command.file);
      }
    } catch (error) {
      this.output.line(
        'warn',
        'command',
        `Commands cannot be read or recorded now: ${(error as Error).message}`,
      );
    }
  }

  private isClosed(): boolean {
    return this.closed;
  }

  close(): void {
    this.closed = true;
    this.watcher?.close();
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.every !== null) clearInterval(this.every);
  }
}
