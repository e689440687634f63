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

/** Which bots belong to a user; what cannot be read belongs to nobody. `user`: its id. */
export async function ownedBy(data: string, user: string | null): Promise<(id: string) => boolean> {
  try {
    const owners = ownersIn(JSON.parse(await readFile(join(data, 'owners.json'), 'utf8')));
    return (id) => user !== null && owners.get(id) === user;
  } catch {
    return () => false;
  }
}

/**
 * Whether a bot is an admin's, who may know of all bots what they have. What cannot be read says so of nobody. A bot that
 * nobody owns is the admins'.
 */
export async function isAdmins(data: string, id: string): Promise<boolean> {
  try {
    const owner = await ownerOf(data, id);
    if (owner === null) return true;
    const { users } = JSON.parse(await readFile(join(data, 'users.json'), 'utf8')) as {
      users: readonly { id: string; role: string }[];
    };
    return users.find((user) => user.id === owner)?.role === 'admin';
  } catch {
    return false;
  }
}

/** Without the file all are the admins'. */
async function ownerOf(data: string, id: string): Promise<string | null> {
  const file = await readFile(join(data, 'owners.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return file === null ? null : (ownersIn(JSON.parse(file)).get(id) ?? null);
}

function ownersIn(file: unknown): Map<string, string | null> {
  const { bots } = file as { bots: Record<string, { owner: string | null }> };
  return new Map(Object.entries(bots).map(([id, { owner }]) => [id, owner]));
}
