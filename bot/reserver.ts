/**
 * What a bot's process does so that its money is set aside: asks at every start, before it may buy, and again whenever it
 * has more to spend. What it is given is an event like any other; without it the bot buys nothing, but protects and sells.
 */
import { statSync } from 'node:fs';
import { dec, text, ZERO } from '../core/decimal.js';
import type { Reservation } from '../core/reserved.js';
import type { BotState } from '../core/state.js';
import { lockHolder } from '../exchange/lock.js';
import type { Exchange } from '../exchange/port.js';
import { inTurnOn } from '../exchange/turn.js';
import type { BotConfig } from './config.js';
import { capsFile } from './files/caps-file.js';
import { claim, isParkedAlike, type ClaimDeps } from './files/claim.js';
import { parkedBySymbol, wishOf } from './files/needs.js';
import { reservationsFolder, reservedIds } from './files/reservations.js';

const TURN_WITHIN_MS = 10_000;
/**
 * What was denied is asked for again when somebody gave something back, which is looked for so often, or after a minute.
 * Changed caps are found in the same look.
 */
const LOOK_EVERY_MS = 2_000;
const ASK_AGAIN_MS = 60_000;

/** What it needs of the session. */
export interface ReserverPort {
  readonly config: () => BotConfig;
  readonly state: () => BotState;
  readonly tell: (reservation: Reservation | null) => void;
  /** While it works a hold of the market is not settled. */
  readonly track: (work: () => Promise<void>) => Promise<void>;
}

/** What is sold of a former symbol counts where the bot trades from then on. */
const costsOf = (state: Pick<BotState, 'parked'>) => ({ parked: parkedBySymbol(state) });

export class Reserver {
  private asking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private seen: (Pick<BotState, 'books' | 'parked'> & { config: BotConfig }) | null = null;
  /** What was there when something was denied last, and when that was. */
  private denied: { readonly stamp: string; readonly at: number } | null = null;
  /** The caps as they stood when it asked last. */
  private caps = '';
  private closed = false;

  constructor(
    private readonly data: string,
    private readonly exchange: Exchange,
    private readonly port: ReserverPort,
  ) {}

  /** Before the bot may buy. */
  async begin(): Promise<void> {
    await this.ask();
    this.timer = setInterval(() => void this.lookAgain(), LOOK_EVERY_MS);
  }

  /** After every event: whether it needs more than it has, or less by its user's word. */
  look(): void {
    const { books, parked, reservation } = this.port.state();
    const config = this.port.config();
    const { seen } = this;
    if (this.timer === null || (seen?.books === books && seen.parked === parked && seen.config === config))
      return;
    const edited = seen?.config !== config;
    const moved = seen !== null && !isParkedAlike(costsOf(seen), costsOf({ parked }));
    this.seen = { books, parked, config };
    // What is denied is asked for again in its time.
    if (!edited && (this.denied !== null || config.dryRun || (reservation ?? null) === null)) return;
    if (edited || moved || dec(this.wish().amount).gt(reservation?.amount ?? '0'))
      void this.port.track(() => this.ask());
  }

  private wish() {
    const state = this.port.state();
    return wishOf(this.port.config(), state, state.settings.instrument);
  }

  /** One question at a time; one that comes meanwhile is asked after it. */
  private ask(): Promise<void> {
    this.asking = (this.asking ?? Promise.resolve()).then(() => this.askNow());
    return this.asking;
  }

  private async askNow(): Promise<void> {
    if (this.closed) return;
    const { books, parked } = this.port.state();
    this.seen = { books, parked, config: this.port.config() };
    this.caps = this.capsStamp();
    const given = this.port.config().dryRun ? null : await this.claim();
    this.denied = given?.denied == null ? null : { stamp: await this.stamp(), at: performance.now() };
    if (!this.isClosed()) this.port.tell(given);
  }

  private isClosed(): boolean {
    return this.closed;
  }

  /** A failure of disk or exchange is a denial that passes: what is held is looked after meanwhile. */
  private async claim(): Promise<Reservation> {
    const { id } = this.port.config();
    const deps: ClaimDeps = {
      inTurn: (work) =>
        inTurnOn(reservationsFolder(this.data), `setting aside for ${id}`, work, TURN_WITHIN_MS),
      total: () => this.total(),
      isHeld: async (folder) => (await lockHolder(folder)) !== null,
    };
    try {
      return await claim(this.data, this.wish(), deps);
    } catch (error) {
      const { message } = error as Error;
      const { amount = null, kept } = this.port.state().reservation ?? {};
      const denied = { code: 'unreachable', values: { message } };
      return kept === undefined ? { amount, denied } : { amount, denied, kept };
    }
  }

  private async total(): Promise<string> {
    const { asset } = this.wish();
    const held = (await this.exchange.balances()).find((balance) => balance.asset === asset);
    return text(held === undefined ? ZERO : dec(held.free).plus(held.locked));
  }

  private async lookAgain(): Promise<void> {
    const { denied } = this;
    if (this.closed) return;
    if (denied === null) {
      // A cap that is lowered counts for who has its money already.
      if (this.capsStamp() !== this.caps) await this.port.track(() => this.ask());
      return;
    }
    const due = performance.now() - denied.at >= ASK_AGAIN_MS;
    if (!due && (await this.stamp()) === denied.stamp) return;
    if (this.denied === denied) await this.port.track(() => this.ask());
  }

  /** Who has something set aside, and the caps as they stand. */
  private async stamp(): Promise<string> {
    const ids = await reservedIds(this.data).catch(() => []);
    return `${ids.join()} ${this.capsStamp()}`;
  }

  /** A file that cannot even be looked at is a change too: asking says why. */
  private capsStamp(): string {
    try {
      const caps = statSync(capsFile(this.data), { throwIfNoEntry: false });
      return `${caps?.mtimeMs ?? 0} ${caps?.size ?? 0}`;
    } catch (error) {
      return (error as Error).message;
    }
  }

  close(): void {
    this.closed = true;
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }
}
