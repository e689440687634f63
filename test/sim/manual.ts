/** The user, trading by hand in the bots' account: buys, sells, rests orders, and cancels what the bots have resting. */
import { parseClientOrderId } from '../../core/orders.js';
import type { Engine, NewOrder } from '../../exchange/paper/engine/types.js';
import { PaperError } from '../../exchange/paper/engine/types.js';
import type { Dice } from './dice.js';
import type { Venue } from './venue.js';

const ACCOUNT = 'main';

export class Manual {
  /** The account can no longer cover what the bots hold. */
  disturbed = false;
  private count = 0;

  constructor(
    private readonly venue: Venue,
    private readonly dice: Dice,
    private readonly hostile: boolean,
  ) {}

  act(): void {
    const { dice, venue } = this;
    const roll = dice.roll();
    try {
      venue.act((engine) => {
        if (roll < 0.4) this.cancelSomething(engine);
        else if (roll < 0.5 && this.hostile) this.takeEverything(engine);
        else this.trade(engine);
      });
    } catch (error) {
      if (!(error instanceof PaperError)) throw error;
    }
  }

  private place(engine: Engine, order: Omit<NewOrder, 'symbol' | 'newClientOrderId'>): void {
    this.count += 1;
    const { symbol, world } = this.venue;
    engine.place(ACCOUNT, { ...order, symbol, newClientOrderId: `web_${this.count}` }, world.now);
  }

  private trade(engine: Engine): void {
    const { dice } = this;
    const price = engine.price(this.venue.symbol);
    if (price === null) return;
    const worth = dice.between(6, 60);
    if (dice.chance(0.5))
      return this.place(engine, { side: 'BUY', type: 'MARKET', quoteOrderQty: worth.toFixed(2) });
    const lot = this.venue.info.filters.find(({ filterType }) => filterType === 'LOT_SIZE');
    const step = Number(lot?.stepSize);
    const quantity = (Math.ceil(worth / Number(price) / step) * step).toFixed(8);
    this.place(engine, { side: 'SELL', type: 'MARKET', quantity });
  }

  private cancelSomething(engine: Engine): void {
    const { symbol, world } = this.venue;
    const open = engine
      .openOrders(ACCOUNT, symbol)
      .filter(({ clientOrderId }) => parseClientOrderId(clientOrderId));
    if (open.length === 0) return;
    const { orderId, clientOrderId } = this.dice.pick(open);
    world.say(`user cancels ${clientOrderId}`);
    engine.cancel(ACCOUNT, { symbol, orderId }, world.now);
  }

  private takeEverything(engine: Engine): void {
    this.venue.world.say('user takes everything');
    this.disturbed = true;
    for (const { asset, free } of engine.balances(ACCOUNT)) {
      if (this.dice.chance(0.5)) engine.deposit(ACCOUNT, asset, `-${free}`, this.venue.world.now);
    }
  }
}
