import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from './fleet.js';
import type { Random } from './random.js';
import { StreamClient, StreamError } from './stream-client.js';
import { eventLine } from './told-events.js';
import type { Trader } from './trader.js';
import { until } from './until.js';

const IN_FLIGHT = 4;
/** Between two orders of a runner, so that what is killed finds the machine's time to come back. */
const PAUSE_MS = 5;
const BACKOFF_MS = 20;

/** What became of an order, as far as its client was told. */
export type Fate = 'ACKNOWLEDGED' | 'NOT_DONE' | 'UNKNOWN';

/**
 * Trades on whichever gateway it reaches. When its connection is lost it goes on at another one, from the position of
 * the last event it saw, and keeps the text of every event.
 */
export class SurvivingBot {
  /** The events as they came, over all connections; see `eventLine`. */
  readonly seen: string[] = [];
  /** By the client's order id. */
  readonly fates = new Map<string, Fate>();
  acknowledged = 0;
  connections = 0;
  private client: StreamClient | null = null;
  private seq = 0;
  private placed = 0;
  private isStopping = false;
  private readonly staying: Promise<void>;
  private readonly runners: readonly Promise<void>[];

  constructor(
    private readonly fleet: Fleet,
    readonly trader: Trader,
    private readonly random: Random,
  ) {
    this.staying = this.stayConnected();
    this.runners = Array.from({ length: IN_FLIGHT }, () => this.trade());
  }

  /** Places no more orders, and resolves when it has seen the portfolio's last event. */
  async finish(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.runners);
    await this.client?.close();
    await this.staying;
    const client = await this.connect();
    await until('the last event is seen', () => this.seq >= client.hello.seq);
    await client.close();
  }

  private async stayConnected(): Promise<void> {
    while (!this.isStopping) {
      this.client = await this.connect().catch(() => null);
      if (this.client === null) await delay(BACKOFF_MS);
      // It may have been asked to finish while it connected.
      else if (this.isStopping) await this.client.close();
      else await this.client.closed;
    }
  }

  private async connect(): Promise<StreamClient> {
    const client = await StreamClient.connect(this.fleet.anyone(this.random), this.trader.key);
    client.socket.on('message', (bytes) => this.note(String(bytes)));
    this.connections++;
    try {
      await client.subscribe(['private'], { epoch: client.hello.epoch, seq: this.seq });
    } catch (error) {
      client.socket.terminate();
      throw error;
    }
    return client;
  }

  private note(text: string): void {
    const { channel, seq, time } = JSON.parse(text) as { channel?: string; seq?: number; time?: string };
    if (channel === undefined || seq === undefined) return;
    this.seen.push(
      eventLine(channel, seq, time!, text.slice(text.indexOf('"data":') + '"data":'.length, -1)),
    );
    this.seq = seq;
  }

  private async trade(): Promise<void> {
    while (!this.isStopping) {
      const { client } = this;
      if (client === null || client.socket.readyState !== client.socket.OPEN) {
        await delay(BACKOFF_MS);
        continue;
      }
      const clientOrderId = `${this.trader.portfolioId}-${++this.placed}`;
      const fate = await this.place(client, clientOrderId);
      this.fates.set(clientOrderId, fate);
      await delay(fate === 'ACKNOWLEDGED' ? PAUSE_MS : BACKOFF_MS);
    }
  }

  private async place(client: StreamClient, clientOrderId: string): Promise<Fate> {
    const { random } = this;
    const side = random.pick(['BUY', 'SELL']);
    const order = { symbol: 'BTC', side, quantity: 0.001, clientOrderId };
    const terms = random.chance(0.4)
      ? { orderType: 'MARKET' }
      : { orderType: 'LIMIT', timeInForce: 'IOC', limitPrice: side === 'BUY' ? 50_020 : 49_980 };
    try {
      await client.place({ ...order, ...terms });
      this.acknowledged++;
      return 'ACKNOWLEDGED';
    } catch (error) {
      if (!(error instanceof StreamError) || error.code === 'UNKNOWN_OUTCOME') return 'UNKNOWN';
      if (error.code === 'UNAVAILABLE' || error.code === 'OVERLOADED') return 'NOT_DONE';
      throw error;
    }
  }
}
