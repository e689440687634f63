/**
 * Holds the master key that a passphrase makes, in memory only, so that a bot that PM2 restarts gets its key while
 * nobody is there to type. It begins locked: after a reboot the bots wait until somebody unlocks it.
 */
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { agentSocket, prepareFolder } from './agent-socket.js';
import { LONGEST_LINE, type AgentStatus, type Ask, type Said } from './agent-protocol.js';
import { VaultError } from './errors.js';
import { keysFolder } from './vault-file.js';
import { isMasterOf } from './master.js';
import { masterFrom, openerWith, vaultOf, type Opener } from './vault.js';
import { acquireLock, type Lock } from '../lock.js';
import { join } from 'node:path';

const IDLE_MS = 10_000;

export class KeyAgent {
  private master: Buffer | null = null;
  private server: Server | null = null;
  private holds: Lock | null = null;
  private socket = '';
  /** One passphrase is tried at a time: each costs a third of a second and 128 MB. */
  private trying: Promise<unknown> = Promise.resolve();

  constructor(private readonly data: string) {}

  /** Listens. Errors: `VaultError` when there is no vault behind a passphrase; `LockedError` for a second agent. */
  async start(): Promise<void> {
    const vault = await vaultOf(this.data);
    this.holds = await acquireLock(join(keysFolder(this.data), '.agent'), 'key agent');
    this.socket = agentSocket(this.data, vault.id);
    await prepareFolder(this.socket);
    // What a killed agent left behind; a living one would hold the lock.
    await rm(this.socket, { force: true });
    this.server = createServer((socket) => this.serve(socket));
    await new Promise<void>((resolve, reject) => {
      this.server!.once('error', reject);
      this.server!.listen(this.socket, resolve);
    });
    await chmod(this.socket, 0o600);
  }

  async stop(): Promise<void> {
    this.forget();
    await new Promise((resolve) => (this.server === null ? resolve(null) : this.server.close(resolve)));
    this.holds?.release();
  }

  private forget(): void {
    this.master?.fill(0);
    this.master = null;
  }

  private serve(socket: Socket): void {
    let line = '';
    socket.setEncoding('utf8');
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: string) => {
      line += chunk;
      if (line.length > LONGEST_LINE) return socket.destroy();
      const end = line.indexOf('\n');
      if (end < 0) return;
      socket.removeAllListeners('data');
      void this.answer(line.slice(0, end)).then((said) => socket.end(`${JSON.stringify(said)}\n`));
    });
  }

  private async answer(line: string): Promise<Said<unknown>> {
    try {
      return { ok: true, answer: await this.obey(parsed(line)) };
    } catch (error) {
      if (error instanceof VaultError) {
        const { problem, message, field } = error;
        return { ok: false, problem, message, field };
      }
      // Not the error's own words: they may quote what was asked.
      return { ok: false, problem: 'invalid', message: 'The key agent cannot do that.', field: null };
    }
  }

  private async obey(ask: Ask): Promise<unknown> {
    switch (ask.ask) {
      case 'status':
        return this.status();
      case 'unlock':
        return this.unlock(ask.passphrase);
      case 'lock':
        this.forget();
        return this.status();
      case 'open': {
        const vault = await vaultOf(this.data);
        return (await this.opener()).open(vault, ask.id);
      }
      case 'seal': {
        const vault = await vaultOf(this.data);
        return (await this.opener()).seal(vault, ask.id, ask.key, ask.credentials);
      }
      default:
        throw new VaultError('invalid', 'The key agent does not know what is asked.');
    }
  }

  private status(): AgentStatus {
    return { pid: process.pid, locked: this.master === null };
  }

  private async unlock(passphrase: string): Promise<AgentStatus> {
    const attempt = this.trying.then(async () => {
      const master = await masterFrom(await vaultOf(this.data), passphrase);
      this.forget();
      this.master = master;
    });
    this.trying = attempt.catch(() => undefined);
    await attempt;
    return this.status();
  }

  /** The vault may have been given another passphrase since: then this one opens nothing, and is forgotten. */
  private async opener(): Promise<Opener> {
    if (this.master !== null && !isMasterOf(await vaultOf(this.data), this.master)) this.forget();
    if (this.master === null)
      throw new VaultError('locked', 'The stored keys are locked. Run: flotilla key unlock');
    return openerWith(this.master);
  }
}

function parsed(line: string): Ask {
  const asked = JSON.parse(line) as Ask;
  if (typeof asked !== 'object' || asked === null)
    throw new VaultError('invalid', 'An object should be asked.');
  return asked;
}
