import { isDeepStrictEqual } from 'node:util';
import { type Tradewire as Client, type Cursor, connect, type Order } from 'tradewire-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../support/random.js';
import { Relay } from '../support/relay.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const TIMEOUT_MS = 180_000;
const ORDERS_AT_ONCE = 20;

/** A private event as both the stream and REST tell it. */
interface Told {
  readonly channel: string;
  readonly seq: number;
  readonly time: string;
  readonly data: unknown;
}

/** A program that writes down every event and its cursor, and may be ended and started again at any moment. */
class Recorder {
  readonly events: Told[] = [];
  private client: Client | null = null;
  private waiting: { readonly seq: number; readonly resolve: () => void } | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly url: string,
    private readonly key: string,
    private cursor: Cursor,
  ) {}

  start(): void {
    this.client = connect({ url: this.url, key: this.key });
    this.running = this.record(this.client);
  }

  /** Ends in the middle of whatever it does. */
  async stop(): Promise<void> {
    this.client!.close();
    await this.running;
  }

  reached(seq: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting = { seq, resolve };
      this.tell();
    });
  }

  private async record(client: Client): Promise<void> {
    for await (const item of client.events(this.cursor)) {
      if (item.type !== 'EVENT') throw new Error(`${item.type} instead of an event`);
      const { channel, cursor, time, data } = item;
      this.events.push({ channel, seq: cursor.seq, time, data });
      this.cursor = cursor;
      this.tell();
    }
  }

  private tell(): void {
    if (this.waiting !== null && this.cursor.seq >= this.waiting.seq) this.waiting.resolve();
  }
}

let tradewire: Tradewire;
let relay: Relay;

beforeAll(async () => {
  tradewire = await Tradewire.start({ HEARTBEAT_MS: '1000' });
  relay = await Relay.start(tradewire.port);
  const quotes = { oracle: 50_000, bids: [[49_990, 5_000]], asks: [[50_010, 5_000]] } as const;
  await new Sandbox(tradewire).market('BTC', quotes);
});
afterAll(async () => {
  await relay.close();
  await tradewire.stop();
});

/** All events of the portfolio, as a poller gets them. */
async function polledEvents(): Promise<readonly Told[]> {
  const all: Told[] = [];
  for (;;) {
    const { body } = await tradewire.ask('GET', `/v1/events?since=${all.length}&limit=1000`);
    const { events } = body as { events: readonly Told[] };
    if (events.length === 0) return all;
    for (const { channel, seq, time, data } of events) all.push({ channel, seq, time, data });
  }
}

/** Something that goes wrong while orders are placed, and by which more can be placed meanwhile. */
type Trouble = (placeMore: () => void) => void | Promise<void>;

/** Loses the answers to orders that were carried out. */
async function loseAnswers(placeMore: () => void): Promise<void> {
  const witness = await StreamClient.connect(tradewire);
  await witness.subscribe(['orders']);
  relay.loseReplies();
  placeMore();
  await until('an order was carried out unseen', () => witness.events.length > 0);
  await witness.close();
  relay.cut();
}

async function killServer(): Promise<void> {
  await tradewire.kill();
  await tradewire.launch();
  relay.upstreamPort = tradewire.port;
}

async function stopServer(): Promise<void> {
  await tradewire.terminate();
  await tradewire.launch();
  relay.upstreamPort = tradewire.port;
}

/** Three orders rest, the fourth takes; bids and asks in turn, so that positions stay small. */
function placeOne(client: Client, number: number): Promise<Order> {
  const side = number % 8 < 4 ? 'BUY' : 'SELL';
  const order = { symbol: 'BTC', side, quantity: 0.001 } as const;
  if (number % 4 === 0) return client.placeOrder({ ...order, orderType: 'MARKET' });
  return client.placeOrder({ ...order, orderType: 'LIMIT', limitPrice: side === 'BUY' ? 45_000 : 55_000 });
}

test(
  'every event once and every order once, whatever becomes of the network, the server and the program',
  async () => {
    const seed = Date.now() % 100_000;
    const random = new Random(seed);
    const client = connect({ url: relay.url, key: tradewire.apiKey, timeoutMs: TIMEOUT_MS });
    const { epoch } = await client.ready;
    const recorder = new Recorder(relay.url, tradewire.apiKey, { epoch, seq: 0 });
    recorder.start();
    const book = client.book('BTC');
    const placed: Order[] = [];
    const mute = () => relay.mute();
    const cut = () => relay.cut();
    const troubles: readonly Trouble[] = [killServer, loseAnswers, mute, stopServer, cut, killServer];
    for (const trouble of troubles) {
      const orders: Promise<unknown>[] = [];
      const placeMore = () => {
        for (let count = 0; count < ORDERS_AT_ONCE; count++) {
          orders.push(placeOne(client, count).then((order) => placed.push(order)));
        }
      };
      placeMore();
      if (random.chance(0.5)) await Promise.race(orders);
      await trouble(placeMore);
      placeMore();
      if (random.chance(0.5)) {
        await recorder.stop();
        recorder.start();
      }
      await Promise.all(orders);
    }
    const { bids, asks } = await client.bookDepth('BTC', 100);
    await until('the book that was kept is the book', () =>
      isDeepStrictEqual([book.isCurrent, book.bids, book.asks], [true, bids, asks]),
    );
    client.close();

    const polled = await polledEvents();
    await recorder.reached(polled.length);
    await recorder.stop();
    expect(recorder.events, `seed ${seed}`).toEqual(polled);
    const idsOf = new Map<string, Set<string>>();
    for (const { channel, data } of polled) {
      if (channel !== 'orders') continue;
      const { clientOrderId, orderId } = data as Order;
      idsOf.set(clientOrderId!, (idsOf.get(clientOrderId!) ?? new Set()).add(orderId));
    }
    expect(idsOf.size).toBe(placed.length);
    for (const { clientOrderId, orderId } of placed) {
      expect([...idsOf.get(clientOrderId!)!], `seed ${seed}`).toEqual([orderId]);
    }
  },
  TIMEOUT_MS,
);
