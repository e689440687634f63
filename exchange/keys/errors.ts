export type VaultProblem =
  /** There is no vault, or no such key in it. */
  | 'missing'
  /** The master key is behind a passphrase that nobody has given yet, or its agent does not run. */
  | 'locked'
  /** A file is damaged, open to others, or belongs to another vault. */
  | 'unsafe'
  /** What was asked for makes no sense here. */
  | 'invalid';

/** What is wrong with the stored keys, as a sentence with the way out; it never holds a secret. */
export class VaultError extends Error {
  constructor(
    readonly problem: VaultProblem,
    message: string,
    readonly field: string | null = null,
  ) {
    super(message);
    this.name = 'VaultError';
  }
}
