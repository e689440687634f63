/** What comes of a command: whether it was done, and how, as a code and its numbers. */
export type Values = Readonly<Record<string, string | number>>;

export interface Answer {
  readonly done: boolean;
  /** In words: `bot/files/answers.ts`. */
  readonly code: string;
  readonly values: Values;
}

export const done = (code: string, values: Values = {}): Answer => ({ done: true, code, values });
export const refused = (code: string, values: Values = {}): Answer => ({ done: false, code, values });
