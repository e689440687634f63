/** Asks the agent that holds a passphrase's master key. */
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { agentSocket, refuseForeign } from './agent-socket.js';
import type { Answers, Ask, Said } from './agent-protocol.js';
import { VaultError } from './errors.js';
import type { Vault } from './vault-file.js';
import type { Opener } from './vault.js';

/** A passphrase takes a third of a second, more on a slow machine. */
const WITHIN_MS = 15_000;

/** Errors: `VaultError` 'locked' when no agent runs or it is locked, and what it refuses. */
export async function askAgent<Name extends Ask['ask']>(
  data: string,
  vault: Vault,
  asked: Extract<Ask, { ask: Name }>,
): Promise<Answers[Name]> {
  const socket = agentSocket(data, vault.id);
  await refuseForeign(dirname(socket)).catch((error: NodeJS.ErrnoException) => {
    throw error instanceof VaultError ? error : notRunning();
  });
  const said = JSON.parse(await exchangeLines(socket, JSON.stringify(asked))) as Said<Answers[Name]>;
  if (said.ok) return said.answer;
  throw new VaultError(said.problem, said.message, said.field);
}

function notRunning(): VaultError {
  return new VaultError(
    'locked',
    'The stored keys are locked, and the key agent that would hold them does not run. Run: flotilla key unlock',
  );
}

function exchangeLines(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = createConnection({ path });
    const fail = (): void => {
      socket.destroy();
      reject(notRunning());
    };
    socket.setEncoding('utf8');
    socket.setTimeout(WITHIN_MS, fail);
    socket.on('error', fail);
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('end', () => (answer === '' ? fail() : resolve(answer)));
    socket.on('connect', () => socket.write(`${line}\n`));
  });
}

/** Seals and opens through the agent. */
export function agentOpener(data: string): Opener {
  return {
    seal: (vault, id, { venue, owner }, credentials) =>
      askAgent(data, vault, { ask: 'seal', id, key: { venue, owner }, credentials }),
    open: (vault, id) => askAgent(data, vault, { ask: 'open', id }),
  };
}
