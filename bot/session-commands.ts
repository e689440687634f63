import type { Event } from '../core/events.js';
import type { Book } from './book.js';
import type { CommandFile } from './files/command-files.js';
import type { Loop } from './loop.js';
import type { ParkedBooks } from './parked-books.js';

export interface CommandsPort {
  readonly loop: () => Loop;
  /** The bot's own. */
  readonly book: Book;
  readonly parked: () => ParkedBooks;
  readonly dispatch: (event: Event) => void;
  readonly stamp: () => { readonly time: number; readonly wall: number };
}

/** What its user tells a session that is open, or is being opened: once, and on the disk before it counts as done. */
export class SessionCommands {
  constructor(private readonly port: CommandsPort) {}

  /** Before the books are compared: what needs no comparison. */
  async obeyEarly(command: CommandFile): Promise<boolean> {
    const { name } = command.asked;
    return (name === 'pause' || name === 'resume') && this.obeyNow(command);
  }

  /** Does a command of the user, once; true when the journal has it on the disk. */
  async obey(command: CommandFile): Promise<boolean> {
    const { name } = command.asked;
    // A difference is repaired as it is now, not as it was minutes ago.
    if (name === 'adopt' || name === 'ignore') await this.bookOf(command).untilDone();
    return this.obeyNow(command);
  }

  private bookOf({ asked }: CommandFile): Book {
    const symbol = 'symbol' in asked ? asked.symbol : undefined;
    return (symbol === undefined ? null : this.port.parked().get(symbol)) ?? this.port.book;
  }

  private async obeyNow({ uuid, asked, at }: CommandFile): Promise<boolean> {
    const command = asked.name === 'buy' ? { ...asked, ageMs: Math.max(0, Date.now() - at) } : asked;
    const { dispatch, stamp } = this.port;
    dispatch({ type: 'command', ...stamp(), uuid, ...command });
    const loop = this.port.loop();
    await loop.save();
    const { commands, unrecorded } = loop.state;
    return (unrecorded ?? null) === null && commands.some((each) => each.uuid === uuid);
  }

  /** The user's stop: resting entries are cancelled, protection stays. */
  dropEntries(uuid: string): void {
    const { dispatch, stamp } = this.port;
    dispatch({ type: 'command', ...stamp(), uuid, name: 'stop' });
  }
}
