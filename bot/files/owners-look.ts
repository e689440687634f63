import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Whether another bot belongs to whom this one belongs to: only such a one is named in what a bot says, for its words are
 * read by its owner. `owners.json` is the server's; a bot only looks. Where it cannot be read, nobody is named.
 */
export async function ownedAlike(data: string, id: string): Promise<(other: string) => boolean> {
  try {
    const owners = ownersIn(JSON.parse(await readFile(join(data, 'owners.json'), 'utf8')));
    const own = owners.get(id) ?? null;
    return (other) => (owners.get(other) ?? null) === own;
  } catch (error) {
    // Without the file all are the admins'.
    const nobodys = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return () => nobodys;
  }
}

function ownersIn(file: unknown): Map<string, string | null> {
  const { bots } = file as { bots: Record<string, { owner: string | null }> };
  return new Map(Object.entries(bots).map(([id, { owner }]) => [id, owner]));
}
