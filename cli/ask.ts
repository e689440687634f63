/** A question on the terminal; scripts are not asked, they say beforehand what they want. */
import { createInterface } from 'node:readline/promises';

/** Whether a person sits there. */
export function canAsk({ json }: { readonly json: boolean }): boolean {
  return !json && process.stdin.isTTY && process.stderr.isTTY;
}

/** The answer, in lower case, without blanks; empty when there is none any more (the input was closed). */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return (await Promise.race([lines.question(question), closed])).trim().toLowerCase();
  } finally {
    lines.close();
  }
}
