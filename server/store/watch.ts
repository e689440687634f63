import { existsSync, lstatSync, readdirSync, statSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { isBotId } from '../../bot/files/folder.js';

/** Files of a bot whose change changes its view. */
const VIEWED = [
  'config.json',
  'desired.json',
  'status.json',
  'position.json',
  'events.ndjson',
  'reserve.ndjson',
  'trades.ndjson',
] as const;
const RESCAN_MS = 1_000;
/** The rescan is spread over the second, so that a thousand bots never hold the event loop for long. */
const SLICES = 20;

export interface FolderListener {
  /** Something in this bot's folder may have changed, or the folder came or went. */
  changed(id: string): void;
  /** Its log grew. */
  logged(id: string): void;
}

function stamp(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '-;' : `${stat.ino}:${stat.mtimeMs}:${stat.size};`;
}

/** Times and sizes of the files a view is made of; two equal stamps mean nothing was written in between. */
export function stampOf(folder: string): string {
  return VIEWED.map((name) => stamp(join(folder, name))).join('');
}

/** As good for looking every second: all but these are replaced whole, which the folder's own time shows. */
function lightStampOf(folder: string): string {
  return stamp(folder) + stamp(join(folder, 'config.json')) + stamp(join(folder, 'events.ndjson'));
}

/** Whether it is a folder itself: a link may lead anywhere, out of the data folder too, and is never followed. */
export function isOwnFolder(folder: string): boolean {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The folders directly under `bots`; a missing folder has none. */
function botFolders(bots: string): string[] {
  try {
    return readdirSync(bots, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && isBotId(entry.name))
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

/**
 * Watches `data/bots`: the kernel's notices on folders (a rename loses a watch on a file), and once a second every
 * bot's files by stat alone, because notices get lost (network folders, full queues, a folder that did not exist yet).
 */
export class FolderWatch {
  readonly #bots: string;
  readonly #listener: FolderListener;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #stamps = new Map<string, string>();
  #root: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;
  #slice = 0;
  #order: string[] = [];

  constructor(bots: string, listener: FolderListener) {
    this.#bots = bots;
    this.#listener = listener;
  }

  start(): void {
    this.#lookForFolders();
    this.#timer = setInterval(() => this.#tick(), RESCAN_MS / SLICES);
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#root?.close();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #tick(): void {
    if (this.#slice === 0) this.#lookForFolders();
    const size = Math.ceil(this.#order.length / SLICES);
    for (const id of this.#order.slice(this.#slice * size, (this.#slice + 1) * size)) this.#compare(id);
    this.#slice = (this.#slice + 1) % SLICES;
  }

  #compare(id: string): void {
    const now = lightStampOf(join(this.#bots, id));
    if (this.#stamps.get(id) === now) return;
    const known = this.#stamps.has(id);
    this.#stamps.set(id, now);
    if (known) this.#listener.changed(id);
  }

  #lookForFolders(): void {
    if (this.#root === null && existsSync(this.#bots)) this.#watchRoot();
    const now = new Set(botFolders(this.#bots));
    for (const id of [...this.#stamps.keys()]) if (!now.has(id)) this.#gone(id);
    for (const id of now) if (!this.#stamps.has(id)) this.#came(id);
    this.#order = [...now];
  }

  #watchRoot(): void {
    try {
      this.#root = watch(this.#bots, () => this.#lookForFolders());
      this.#root.on('error', () => this.#forgetRoot());
    } catch {
      this.#root = null;
    }
  }

  #forgetRoot(): void {
    this.#root?.close();
    this.#root = null;
  }

  #came(id: string): void {
    const folder = join(this.#bots, id);
    this.#stamps.set(id, lightStampOf(folder));
    this.#listener.changed(id);
    try {
      const watcher = watch(folder, (_event, name) => this.#noticed(id, name));
      watcher.on('error', () => watcher.close());
      this.#watchers.set(id, watcher);
    } catch {
      // No notices (too many watches): the rescan still sees it within a second.
    }
  }

  #gone(id: string): void {
    this.#watchers.get(id)?.close();
    this.#watchers.delete(id);
    this.#stamps.delete(id);
    this.#listener.changed(id);
  }

  #noticed(id: string, name: string | null): void {
    if (name === null) this.#listener.changed(id);
    else if (name.startsWith('log')) this.#listener.logged(id);
    else if ((VIEWED as readonly string[]).includes(name)) this.#listener.changed(id);
  }
}
