import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findNodeAtLocation, getNodeValue, parseTree, type Node, type ParseError } from 'jsonc-parser';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';
import { syntaxFinding } from '../../bot/config/syntax.js';
import { FlotillaError } from '../fleet/errors.js';
import { inTurn } from '../fleet/turns.js';

/**
 * A small JSON file of records that the server and the command line both read and write: 0600, written atomically and
 * durably, one writer at a time. What cannot be read as what it should be is refused with its line and column, and
 * never overwritten.
 */
export class RecordFile<T> {
  readonly file: string;
  readonly #schema: z.ZodType<T>;
  readonly #empty: T;
  #stamp = '';
  #read: T;

  constructor(file: string, schema: z.ZodType<T>, empty: T) {
    this.file = file;
    this.#schema = schema;
    this.#empty = empty;
    this.#read = empty;
  }

  /** As the file stands: read again only when it changed. Errors: FILE_DAMAGED. */
  read(): T {
    const stamp = stampOf(this.file);
    if (stamp === this.#stamp) return this.#read;
    this.#read = stamp === '' ? this.#empty : parsed(this.file, this.#schema);
    this.#stamp = stamp;
    return this.#read;
  }

  /** Reads, changes and writes while nobody else does. The answer is what `change` gives beside the new content. */
  update<Result>(change: (present: T) => { readonly next: T; readonly result: Result }): Promise<Result> {
    const turn = join(dirname(this.file), '.turns', basename(this.file));
    return inTurn(turn, `writing ${basename(this.file)}`, async () => {
      const { next, result } = change(this.read());
      const text = `${JSON.stringify(this.#schema.parse(next), null, 2)}\n`;
      await writeFileAtomic(this.file, text, { mode: 0o600 });
      this.#read = next;
      this.#stamp = stampOf(this.file);
      return result;
    });
  }
}

/** Empty where there is no file; another text whenever it was written. */
function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}

function parsed<T>(file: string, schema: z.ZodType<T>): T {
  const text = readFileSync(file, 'utf8');
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const [error] = errors;
  if (error !== undefined || root === undefined) {
    const { offset, message } = syntaxFinding(text, error);
    throw damaged(file, text, offset, message);
  }
  const result = schema.safeParse(getNodeValue(root));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []) as (string | number)[];
  throw damaged(file, text, placeOf(root, path), `${path.join('.')}: ${issue?.message ?? 'is not valid'}`);
}

/** Where the nearest thing stands that is in the file at all. */
function placeOf(root: Node, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node !== undefined) return node.offset;
  }
  return 0;
}

function damaged(file: string, text: string, offset: number, what: string): FlotillaError {
  const lines = text.slice(0, offset).split('\n');
  const place = `${basename(file)}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
  return new FlotillaError(
    'FILE_DAMAGED',
    `${place}: ${what}. The file in the data folder is left as it is; mend it, or bring back a copy of it.`,
  );
}
