import { strict as assert } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import { Sandbox } from './sandbox.js';
import { StreamClient, StreamError } from './stream-client.js';
import type { OrderData } from './stream-data.js';
import type { Tradewire } from './tradewire.js';
import { until } from './until.js';

/** What a client is told while Redis or the gateway is in trouble; all else is a mistake. */
const TROUBLE = new Set(['UNAVAILABLE', 'UNKNOWN_OUTCOME', 'OVERLOADED']);
const IN_FLIGHT = 16;
const BACKOFF_MS = 10;

/** Orders with ids of their own over several connections, resting and taking, until the connections are closed. */
export class Load {
  /** The orders that were acknowledged: their ids by the client's. */
  readonly acknowledged = new Map<string, string>();
  /** How often a client was told of trouble. */
  troubles = 0;
  private placed = 0;
  private isStopping = false;
  private readonly runs: Promise<unknown>[] = [];

  private constructor(readonly clients: readonly StreamClient[]) {}

  /** Begins on a sandbox market that it makes deep enough. */
  static async start(tradewire: Tradewire, connections = 3): Promise<Load> {
    const quotes = { oracle: 50_000, bids: [[49_990, 5_000]], asks: [[50_010, 5_000]] } as const;
    await new Sandbox(tradewire).market('BTC', quotes);
    const clients = await Promise.all(
      Array.from({ length: connections }, () => StreamClient.connect(tradewire)),
    );
    const load = new Load(clients);
    for (const client of clients) {
      for (let runner = 0; runner < IN_FLIGHT; runner++) load.runs.push(load.run(client));
    }
    return load;
  }

  /** Waits for so many more acknowledged orders. */
  async acknowledges(count: number): Promise<void> {
    const wanted = this.acknowledged.size + count;
    await until(`${wanted} orders are acknowledged`, () => this.acknowledged.size >= wanted);
  }

  /** Resolves when every connection was closed by the other side. */
  async cutOff(): Promise<void> {
    await Promise.all(this.runs);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.runs);
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private async run(client: StreamClient): Promise<void> {
    while (!this.isStopping && client.socket.readyState === client.socket.OPEN) {
      const clientOrderId = `load-${++this.placed}`;
      try {
        const order = await client.place({ ...orderOf(this.placed), clientOrderId });
        this.acknowledged.set(clientOrderId, order.orderId);
      } catch (error) {
        if (!(error instanceof StreamError)) continue;
        assert.ok(TROUBLE.has(error.code), error.message);
        this.troubles++;
        await delay(BACKOFF_MS);
      }
    }
  }
}

/** Three orders rest, the fourth takes; bids and asks in turn, so that positions stay small. */
function orderOf(number: number): object {
  const side = number % 8 < 4 ? 'BUY' : 'SELL';
  const order = { symbol: 'BTC', side, quantity: 0.001 };
  if (number % 4 === 0) return { ...order, orderType: 'MARKET' };
  return { ...order, orderType: 'LIMIT', limitPrice: side === 'BUY' ? 45_000 : 55_000 };
}

/**
 * Reads all events of the portfolio from the first on, and asserts that they are dense, that no client's id has two
 * orders, and that every acknowledged order is among them and can be looked up.
 */
export async function assertNothingLost(tradewire: Tradewire, load: Load): Promise<void> {
  const client = await StreamClient.connect(tradewire);
  const { epoch, seq } = client.hello;
  await client.subscribe(['private'], { epoch, seq: 0 });
  await client.caughtUpTo(seq);
  const orderIds = new Map<string, Set<string>>();
  for (const [index, event] of client.events.entries()) {
    assert.equal(event.seq, index + 1);
    const { clientOrderId, orderId } = event.data;
    if (event.channel !== 'orders' || clientOrderId === undefined || clientOrderId === null) continue;
    orderIds.set(clientOrderId, (orderIds.get(clientOrderId) ?? new Set()).add(orderId!));
  }
  for (const [clientOrderId, ids] of orderIds) assert.equal(ids.size, 1, `${clientOrderId} was placed twice`);
  for (const [clientOrderId, orderId] of load.acknowledged) {
    assert.deepEqual([...(orderIds.get(clientOrderId) ?? [])], [orderId], `${clientOrderId} is lost`);
  }
  const sample = [...load.acknowledged].slice(-500);
  const found = sample.map(([clientOrderId]) =>
    client.call<{ order: OrderData }>('order.get', { clientOrderId }),
  );
  for (const [index, { order }] of (await Promise.all(found)).entries()) {
    assert.equal(order.orderId, sample[index]![1]);
  }
  await client.close();
}
