/** The key agent under the supervisor: it outlives the server, so that restarted bots get their key without it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { askAgent } from '../../exchange/keys/agent-client.js';
import type { AgentStatus } from '../../exchange/keys/agent-protocol.js';
import { VaultError } from '../../exchange/keys/errors.js';
import { keysFolder, readVault, type Vault } from '../../exchange/keys/vault-file.js';
import { versionedCopy } from '../fleet/bundles.js';
import { FlotillaError } from '../fleet/errors.js';
import { KEYS_PROCESS, refuseForeign } from '../fleet/names.js';
import type { Supervisor } from '../fleet/supervisor.js';
import { waitFor } from '../fleet/wait.js';

const ANSWERS_WITHIN_MS = 15_000;

export interface AgentHost {
  readonly data: string;
  readonly supervisor: Supervisor;
  /** The agent's bundle. */
  readonly script: string;
}

/** Null when it does not answer. */
function agentStatus(data: string, vault: Vault): Promise<AgentStatus | null> {
  return askAgent(data, vault, { ask: 'status' }).catch((error: unknown) => {
    if (error instanceof VaultError && error.problem === 'locked') return null;
    throw error;
  });
}

/**
 * Starts the agent where the master key is behind a passphrase and none answers; null where no agent is needed.
 * Errors: NAME_TAKEN, KEYS_AGENT_FAILED, `VaultError`.
 */
export async function bringAgentUp({ data, supervisor, script }: AgentHost): Promise<AgentStatus | null> {
  const vault = await readVault(data);
  if (vault?.master.kind !== 'passphrase') return null;
  const answering = await agentStatus(data, vault);
  if (answering !== null) return answering;
  const folder = keysFolder(data);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const spec = {
    name: KEYS_PROCESS,
    script: await versionedCopy(data, script),
    args: ['--data', data],
    cwd: folder,
    outFile: join(folder, 'out.log'),
    errorFile: join(folder, 'error.log'),
    dataFolder: data,
  };
  const present = (await supervisor.list()).find(({ name }) => name === KEYS_PROCESS);
  if (present !== undefined) refuseForeign(present, spec);
  await supervisor.start(spec);
  const status = await waitFor(() => agentStatus(data, vault), { withinMs: ANSWERS_WITHIN_MS });
  if (status !== null) return status;
  throw new FlotillaError(
    'KEYS_AGENT_FAILED',
    `The key agent does not answer. Its last words are in ${spec.errorFile}.`,
  );
}
