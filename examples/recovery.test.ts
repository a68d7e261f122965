// A test that a bot's own project may run in CI: whatever goes wrong between the bot and the venue, in the end the
// bot's account of its orders and fills is the venue's. Start a venue with `SANDBOX=1 MARKET=sandbox npm start`, then:
//
//   TRADEWIRE=http://127.0.0.1:8080 KEY=<api key> node --test dist/examples/recovery.test.js
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Fill, type Order, type Tradewire, TradewireError } from 'tradewire-client';

const { TRADEWIRE: url = 'http://127.0.0.1:8080', KEY: key = '' } = process.env;

/** Of whatever chance decides: with the same seed the same events vanish and the same orders are rejected. */
const SEED = 7;
const ORDERS_A_ROUND = 12;

/** What goes wrong, one after the other. */
const ROUNDS = {
  'nothing goes wrong': {},
  'frames come late': { latencyMs: 60 },
  'orders are rejected': { rejectRate: 0.4, seed: SEED },
  'frames vanish': { dropRate: 0.4, seed: SEED },
  'the stream is mute': { freeze: true },
} as const;

/** The bot under test; put yours in its place. It knows only what it was told. */
class Bot {
  readonly orders = new Map<string, Order>();
  readonly fills: Fill[] = [];
  seq = 0;
  /** How many events it had missed and got later. */
  replayed = 0;
  private readonly client: Tradewire;

  constructor() {
    this.client = connect({ url, key });
    this.follow();
  }

  /** Bids and asks in turn, half of them at the market. */
  async trade(number: number): Promise<void> {
    const side = number % 2 === 0 ? 'BUY' : 'SELL';
    const terms = { symbol: 'ETH', side, quantity: 0.1 } as const;
    const limit = { orderType: 'LIMIT', limitPrice: side === 'BUY' ? 2_999 : 3_001 } as const;
    await this.client
      .placeOrder(number % 4 < 2 ? { ...terms, orderType: 'MARKET' } : { ...terms, ...limit })
      .catch((error: unknown) => {
        assert.ok(error instanceof TradewireError && error.code === 'FAULT_INJECTED', String(error));
      });
  }

  close(): void {
    this.client.close();
  }

  private async follow(): Promise<void> {
    for await (const item of this.client.events()) {
      assert.notEqual(item.type, 'GAP');
      if (item.type === 'EVENT' && item.channel === 'orders') {
        this.orders.set(item.data.orderId, item.data);
      } else if (item.type === 'EVENT' && item.channel === 'fills') this.fills.push(item.data);
      if (item.type === 'EVENT' && item.isReplay) this.replayed += 1;
      if (item.type !== 'GAP') this.seq = item.cursor.seq;
    }
  }
}

async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${url}${path}`, { ...init, headers: { 'X-API-Key': key } });
  assert.equal(response.status, 200, path);
  return (await response.json()) as Answer;
}

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    assert.ok(tries < 1_000, `in vain it was waited until ${what}`);
    await delay(10);
  }
}

/** A private event as the venue tells it over REST, where nothing goes wrong. */
interface Told {
  readonly channel: string;
  readonly data: unknown;
}

async function eventsAfter(seq: number): Promise<readonly Told[]> {
  return (await ask<{ events: readonly Told[] }>(`/v1/events?since=${seq}&limit=1000`)).events;
}

/** How each order stood last, by its id. */
function ordersIn(events: readonly Told[]): Readonly<Record<string, unknown>> {
  const own = events.filter(({ channel }) => channel === 'orders');
  return Object.fromEntries(own.map(({ data }) => [(data as Order).orderId, data]));
}

test('the bot’s account of its orders and fills is the venue’s, whatever goes wrong', async () => {
  assert.notEqual(key, '', 'usage: KEY=<api key> node --test dist/examples/recovery.test.js');
  const quotes = { bids: [[2_998, 1_000]], asks: [[3_002, 1_000]] };
  await ask('/v1/sandbox/market', { symbol: 'ETH', oracle: 3_000, ...quotes });
  const bot = new Bot();
  try {
    await until('the bot has begun', () => bot.seq > 0);
    const begin = bot.seq;
    let placed = 0;
    for (const [round, faults] of Object.entries(ROUNDS)) {
      await ask('/v1/sandbox/faults', faults);
      const trades = Array.from({ length: ORDERS_A_ROUND }, () => bot.trade(placed++));
      await until(`all orders are there while ${round}`, async () => {
        return Object.keys(ordersIn(await eventsAfter(begin))).length === placed;
      });
      await ask('/v1/sandbox/flow', { symbol: 'ETH', side: 'SELL', quantity: 0.25 });
      // The connection breaks at last, and nothing goes wrong any more: the bot asks for all that it has missed.
      await ask('/v1/sandbox/faults', { disconnect: true });
      await Promise.all(trades);
    }
    await until('the bot knows all', async () => (await eventsAfter(bot.seq)).length === 0);
    assert.ok(bot.replayed > 0, 'nothing went wrong');
    const events = await eventsAfter(begin);
    assert.deepEqual(Object.fromEntries(bot.orders), ordersIn(events));
    assert.deepEqual(
      bot.fills,
      events.filter(({ channel }) => channel === 'fills').map(({ data }) => data),
    );
  } finally {
    bot.close();
    await ask('/v1/sandbox/faults', {});
  }
});
