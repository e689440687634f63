/** The bot's side of the lock step (see `lockstep.ts`). */
import WebSocket from 'ws';
import {
  lockstepUrl,
  type RegisteredMessage,
  type RegisterMessage,
  type SettledMessage,
} from './lockstep.js';

export interface Lockstep {
  /** False at other speeds: nobody waits for `settled`. */
  readonly lockStep: boolean;
  /** Says that all events up to this hold have been handled. */
  settled(hold: number): void;
  close(): void;
  /** Called once when the connection ends without `close`: the market no longer waits, register anew. */
  onClose(listener: () => void): void;
}

const REGISTER_MS = 10_000;

/** Registers a bot with the paper exchange. `account` is the API key it trades with. Rejects when it cannot. */
export function connectLockstep(options: {
  control: string;
  bot: string;
  account: string;
}): Promise<Lockstep> {
  const { control, bot, account } = options;
  const socket = new WebSocket(lockstepUrl(control), {
    perMessageDeflate: false,
    handshakeTimeout: REGISTER_MS,
  });
  let listener: (() => void) | null = null;
  let ended = false;
  let closedHere = false;

  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error('no answer')), REGISTER_MS);
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.terminate();
      reject(new Error(`The paper exchange at ${control} did not register this bot: ${error.message}`));
    };
    socket.on('error', fail);
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'register', bot, account } satisfies RegisterMessage)),
    );
    socket.on('close', () => {
      fail(new Error('the connection was closed'));
      ended = true;
      if (!closedHere) listener?.();
    });
    socket.on('message', (data) => {
      const message = registeredOf(data.toString());
      if (!message) return;
      clearTimeout(timer);
      resolve({
        lockStep: message.lockStep,
        settled(hold) {
          const settled: SettledMessage = { type: 'settled', bot, account, lastEvent: hold };
          if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(settled));
        },
        close() {
          closedHere = true;
          socket.close();
        },
        onClose(call) {
          listener = call;
          if (ended && !closedHere) call();
        },
      });
    });
  });
}

function registeredOf(text: string): RegisteredMessage | null {
  try {
    const message = JSON.parse(text) as RegisteredMessage | null;
    return message?.type === 'registered' ? message : null;
  } catch {
    return null;
  }
}
