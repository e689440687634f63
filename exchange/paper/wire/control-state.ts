/** What the control address tells of the exchange. */
import type { PaperExchange } from './exchange.js';
import type { Gateway } from './gateway.js';
import type { Lockstep } from './lockstep.js';
import type { Speed } from './options.js';
import type { Runner } from './runner.js';
import type { Sockets } from './sockets.js';
import type { UserStreams } from './user-streams.js';

export interface ControlOptions {
  readonly exchange: PaperExchange;
  readonly gateway: Gateway;
  readonly runner: Runner;
  readonly lockstep: Lockstep;
  readonly users: UserStreams;
  readonly sockets: Sockets;
  readonly speed: Speed;
  readonly notes: readonly string[];
  readonly stop: () => void;
}

export function controlState({ exchange, runner, lockstep, sockets, speed, notes }: ControlOptions) {
  return {
    time: exchange.now(),
    speed,
    done: runner.done,
    cursor: exchange.walker.position(),
    start: exchange.source.start,
    end: exchange.source.end,
    live: exchange.source.live?.status() ?? null,
    symbols: [...exchange.engine.symbols.values()].map(({ symbol, status }) => ({
      symbol,
      status,
      price: exchange.engine.price(symbol),
    })),
    accounts: exchange.accounts
      .all()
      .map(({ id, key }) => ({ id, key, balances: exchange.engine.balances(id) })),
    bots: lockstep.registered,
    waitingFor: lockstep.waitingFor(),
    connections: { market: sockets.of('market').length, user: sockets.of('user').length },
    notes,
  };
}
