/** Market time as a multiple of real time, from an anchor on. Wall time may be set back; market time may not. */
export class MarketClock {
  private readonly anchorWall: number;
  private last: number;

  constructor(
    private readonly anchorMarket: number,
    private readonly speed: number,
    private readonly wall: () => number = () => performance.timeOrigin + performance.now(),
  ) {
    this.anchorWall = wall();
    this.last = anchorMarket;
  }

  now(): number {
    const elapsed = (this.wall() - this.anchorWall) * this.speed;
    this.last = Math.max(this.last, this.anchorMarket + elapsed);
    return this.last;
  }

  /** Real milliseconds until that market time; 0 when it has come. */
  until(time: number): number {
    return Math.max(0, (time - this.now()) / this.speed);
  }
}
