import { LatencyRecorder, type LatencySummary } from './latency.js';
import { RawClient, type RawClientListener, type Target } from './raw-client.js';

const ANSWER = /^\{"id":(\d+),"(result|error)"/;
const DELTA = '{"channel":"book:';
const START_BYTES = 40;

/** How long a client that reads waited for the answers to its orders, and for the book to show them. */
export interface BystanderLatency {
  readonly orders: LatencySummary;
  readonly books: LatencySummary;
}

/** Places and cancels one order after the other, and watches the book that they are in. */
export class Bystander implements RawClientListener {
  private readonly orders = new LatencyRecorder();
  private readonly books = new LatencyRecorder();
  private client: RawClient | null = null;
  private lastId = 0;
  private sentAtMs = 0;
  private isBookDue = false;
  private isAnswerDue = false;
  private onDone: (() => void) | null = null;
  private onFailed: (error: Error) => void = () => undefined;

  private constructor() {}

  /** Measures so many orders, each placed and cancelled. */
  static async measure(
    target: Target,
    symbol: string,
    price: number,
    count: number,
  ): Promise<BystanderLatency> {
    const bystander = new Bystander();
    const failed = new Promise<never>((_, reject) => {
      bystander.onFailed = reject;
    });
    failed.catch(() => undefined);
    bystander.client = await RawClient.open(target, bystander);
    await Promise.race([failed, bystander.run(symbol, price, count)]);
    bystander.onFailed = () => undefined;
    bystander.client.close();
    return { orders: bystander.orders.summary(), books: bystander.books.summary() };
  }

  onText(bytes: Buffer, start: number, end: number): void {
    const text = bytes.toString('latin1', start, Math.min(end, start + START_BYTES));
    const nowMs = performance.now();
    if (this.isBookDue && text.startsWith(DELTA)) {
      this.isBookDue = false;
      this.books.record(this.sentAtMs, nowMs);
    } else {
      const answer = ANSWER.exec(text);
      if (answer === null || Number(answer[1]) !== this.lastId) return;
      if (answer[2] === 'error') return this.onFailed(new Error(bytes.toString('utf8', start, end)));
      this.isAnswerDue = false;
      this.orders.record(this.sentAtMs, nowMs);
    }
    if (!this.isBookDue && !this.isAnswerDue) this.onDone?.();
  }

  onClose(code: number): void {
    this.onFailed(new Error(`the bystander was closed with ${code}`));
  }

  private async run(symbol: string, limitPrice: number, count: number): Promise<void> {
    await this.ask('session.subscribe', { channels: [`book:${symbol}`] });
    for (let number = 0; number < count; number++) {
      const clientOrderId = `bystander-${process.hrtime.bigint()}`;
      const order = { symbol, side: 'BUY', orderType: 'LIMIT', quantity: 0.1, limitPrice, clientOrderId };
      await this.ask('order.place', order);
      await this.ask('order.cancel', { clientOrderId });
    }
  }

  /** Resolves when both the answer and what it does to the book are here. */
  private ask(method: string, params: object): Promise<void> {
    return new Promise((resolve) => {
      this.onDone = resolve;
      this.isBookDue = true;
      this.isAnswerDue = true;
      this.sentAtMs = performance.now();
      this.client!.send(JSON.stringify({ id: ++this.lastId, method, params }));
      this.client!.flush();
    });
  }
}
