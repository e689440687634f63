/** What is under way: requests, fetches, reconciliation. While anything is, a hold of the market is not settled. */
export class Work {
  private running = 0;
  private readonly queries = new Set<Promise<void>>();

  constructor(private readonly ended: () => void) {}

  get busy(): boolean {
    return this.running > 0;
  }

  async track(work: () => Promise<void>): Promise<void> {
    this.running += 1;
    try {
      await work();
    } finally {
      this.running -= 1;
      this.ended();
    }
  }

  /** Questions about orders, which a reconciliation waits for. */
  query(work: () => Promise<void>): void {
    const asked = this.track(work).finally(() => this.queries.delete(asked));
    this.queries.add(asked);
  }

  async queriesAnswered(): Promise<void> {
    await Promise.all(this.queries);
  }
}
