interface Taker<Item> {
  resolve(result: IteratorResult<Item, undefined>): void;
  reject(error: Error): void;
}

/** What was produced and not yet consumed, in order; the end, or the error it ended with, comes last. */
export class AsyncQueue<Item> implements AsyncIterableIterator<Item, undefined> {
  private readonly items: Item[] = [];
  private readonly takers: Taker<Item>[] = [];
  private isEnded = false;
  private error: Error | null = null;

  /** `onTaken` is called for each item that is taken, `onReturned` when the consumer wants no more. */
  constructor(
    private readonly onTaken: () => void,
    private readonly onReturned: () => void,
  ) {}

  get size(): number {
    return this.items.length;
  }

  push(item: Item): void {
    if (this.isEnded) return;
    const taker = this.takers.shift();
    if (taker === undefined) this.items.push(item);
    else taker.resolve({ value: item, done: false });
  }

  /** Takes back the oldest item, for which there is no room any more. */
  dropOldest(): void {
    this.items.shift();
  }

  /** Nothing follows what is queued, but for the error where there is one. */
  end(error: Error | null): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.error = error;
    for (const taker of this.takers.splice(0)) this.settleEnd(taker);
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    return new Promise((resolve, reject) => {
      const item = this.items.shift();
      if (item !== undefined) {
        resolve({ value: item, done: false });
        this.onTaken();
      } else if (this.isEnded) this.settleEnd({ resolve, reject });
      else this.takers.push({ resolve, reject });
    });
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    this.items.length = 0;
    this.end(null);
    this.onReturned();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private settleEnd({ resolve, reject }: Taker<Item>): void {
    if (this.error === null) return resolve({ value: undefined, done: true });
    reject(this.error);
    this.error = null;
  }
}
