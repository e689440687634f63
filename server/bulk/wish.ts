import { z } from 'zod';
import type { ConfigEdit } from '../fleet/configs.js';

export const VERBS = ['start', 'stop', 'pause', 'resume', 'tag', 'untag', 'clone', 'edit', 'delete'] as const;
export type Verb = (typeof VERBS)[number];

const MOST_BOTS = 1_000;
const MOST_SYMBOLS = 50;

const TAG = z.string().trim().min(1).max(40);
const SYMBOL = z.string().regex(/^[A-Z0-9]{2,20}$/, 'must be a symbol such as BTCUSDT');

/** What is asked to be done with several bots, as the API takes it. */
export const WISH = z.strictObject({
  action: z.enum(VERBS),
  ids: z.array(z.string().max(60)).min(1).max(MOST_BOTS),
  /** tag, untag */
  tag: TAG.exactOptional(),
  /** edit: a JSON merge patch, as in PATCH of one bot. */
  changes: z.record(z.string(), z.unknown()).exactOptional(),
  /** clone: one copy on each; on its own symbol if left out. */
  symbols: z.array(SYMBOL).min(1).max(MOST_SYMBOLS).exactOptional(),
  /** start: that bots of the live venue may trade real money. */
  realMoney: z.boolean().exactOptional(),
  /** delete: also those that hold something. */
  force: z.boolean().exactOptional(),
});

/** What is to be done, checked. */
export interface Wish {
  readonly action: Verb;
  readonly ids: readonly string[];
  readonly tag?: string;
  readonly edit?: ConfigEdit;
  /** The edit is meant for bots of this signal or plan alone. */
  readonly of?: { readonly part: 'signal' | 'plan'; readonly name: string };
  readonly symbols?: readonly string[];
  readonly realMoney?: boolean;
  readonly force?: boolean;
}

/** What the edit of one bot is made from; kept until it is done, so that what was shown is what is done. */
export interface PreparedEdit {
  readonly edit: ConfigEdit;
  /** The text before. */
  readonly before: string;
}

/** One bot of a wish: what would happen to it, or why nothing will. */
export interface Item {
  readonly id: string;
  readonly name: string;
  readonly outcome: 'would' | 'skipped' | 'refused';
  readonly message: string;
  readonly edit?: PreparedEdit;
  /** The id and changes of each copy. */
  readonly copies?: readonly { readonly id: string; readonly symbol?: string }[];
  readonly movesOrders?: boolean;
  /** It risks real money: who confirms it gives the password. */
  readonly asksPassword?: boolean;
}

/** What came of one bot. */
export interface Result {
  readonly id: string;
  readonly name: string;
  readonly outcome: 'done' | 'skipped' | 'failed';
  readonly message: string;
  readonly code?: string;
  /** Ids of new bots. */
  readonly made?: readonly string[];
}
