import { watch, type FSWatcher } from 'node:fs';
import { basename } from 'node:path';
import type { BotFolder } from './files/folder.js';

/** An editor saves in several steps: the last one counts. */
const QUIET_MS = 150;

/** Tells when `config.json` was written. The folder is watched, not the file: a rename would end a watch on the file. */
export class ConfigWatch {
  private readonly watcher: FSWatcher;
  private timer: NodeJS.Timeout | null = null;

  constructor(folder: BotFolder, changed: () => void) {
    const name = basename(folder.config);
    this.watcher = watch(folder.folder, (_event, file) => {
      if (file !== name) return;
      if (this.timer !== null) clearTimeout(this.timer);
      this.timer = setTimeout(changed, QUIET_MS);
    });
    this.watcher.on('error', () => undefined);
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.watcher.close();
  }
}
