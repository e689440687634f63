/**
 * What the account's other running bots hold by their books: all of them together must be covered. Read from their
 * checkpoints. A bot that does not run, recovers, or only rehearses is left out: its books may be behind, and it compares
 * them itself when it runs.
 */
import { stat } from 'node:fs/promises';
import { text, ZERO } from '../core/decimal.js';
import type { Decimal, DecimalText } from '../core/decimal.js';
import { claimsOf } from '../core/shortage.js';
import type { BotState } from '../core/state.js';
import { accountOf, parseConfig } from './config.js';
import { readFile } from 'node:fs/promises';
import { readCheckpoint } from './files/checkpoint.js';
import { botFolder, listBotIds, readStatus } from './files/folder.js';

export interface OthersBooks {
  readonly base: DecimalText;
  readonly quote: DecimalText;
}

interface Held {
  readonly stamp: string;
  readonly account: string | null;
  readonly state: BotState | null;
}

/** Files that did not change are not read again: a fleet compares its books often. */
export class Others {
  private readonly known = new Map<string, Held>();

  constructor(
    private readonly data: string,
    private readonly id: string,
    /** As `accountOf` names it. */
    private readonly account: string,
  ) {}

  async books(base: string, quote: string): Promise<OthersBooks> {
    let [sumBase, sumQuote]: [Decimal, Decimal] = [ZERO, ZERO];
    for (const id of await listBotIds(this.data)) {
      if (id === this.id) continue;
      const { account, state } = await this.held(id);
      if (account !== this.account || state === null || !(await this.counts(id, state))) continue;
      sumBase = sumBase.plus(claimsOf(state, base));
      sumQuote = sumQuote.plus(claimsOf(state, quote));
    }
    return { base: text(sumBase), quote: text(sumQuote) };
  }

  private async counts(id: string, state: BotState): Promise<boolean> {
    if (state.recovering || state.refusal !== null || state.settings.dryRun) return false;
    const status = await readStatus(this.data, id);
    return status?.phase === 'ready' && lives(status.pid);
  }

  private async held(id: string): Promise<Held> {
    const { position, config } = botFolder(this.data, id);
    const stamp = `${await changed(position)} ${await changed(config)}`;
    const known = this.known.get(id);
    if (known?.stamp === stamp) return known;
    const read = await readCheckpoint(position).catch(() => null);
    const state = read !== null && 'found' in read ? read.found.state : null;
    const held = { stamp, account: await accountIn(config, id), state };
    this.known.set(id, held);
    return held;
  }
}

async function changed(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function accountIn(file: string, id: string): Promise<string | null> {
  try {
    return accountOf(parseConfig(await readFile(file, 'utf8'), file, { id }));
  } catch {
    return null;
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
