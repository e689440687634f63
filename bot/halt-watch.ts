import { watch, type FSWatcher } from 'node:fs';
import type { Halt } from '../core/halt.js';
import { HALT_FILE, readHalt } from './files/halt-file.js';

/** Should a watch miss it (network folders), it is seen well within a second. */
const LOOK_EVERY_MS = 500;

/** Tells when the fleet's kill switch was thrown, or taken back. */
export class HaltWatch {
  private readonly watcher: FSWatcher;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly data: string,
    private readonly changed: (halt: Halt | null) => void,
  ) {
    this.watcher = watch(data, (_event, file) => {
      if (file === null || file === HALT_FILE) this.look();
    });
    this.watcher.on('error', () => undefined);
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** What has not changed is told too: the bot knows what it knows. */
  private look(): void {
    this.changed(readHalt(this.data));
  }

  close(): void {
    clearInterval(this.timer);
    this.watcher.close();
  }
}
