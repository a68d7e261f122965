import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { assertNothingLost, Load } from '../support/load.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import type { BookData } from '../support/stream-data.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.5, limitPrice: 49_000 };

let one: Tradewire;
let two: Tradewire;

beforeAll(async () => {
  one = await Tradewire.start();
  two = await Tradewire.start({ VENUE: one.venue });
});
afterAll(() => Promise.all([one.stop(), two.stop()]));

test('two gateways of one venue show the same books, positions and events', async () => {
  const clients = [await StreamClient.connect(one), await StreamClient.connect(two)] as const;
  const [here, there] = clients;
  expect(there.hello).toMatchObject({
    ...here.hello,
    sessionId: expect.any(String),
    serverTime: expect.any(String),
  });
  for (const client of clients) await client.subscribe(['private', 'book:BTC', 'trades:BTC']);
  const quotes = { oracle: 50_000, bids: [[49_990, 5]], asks: [[50_010, 5]] } as const;
  await new Sandbox(one).market('BTC', quotes);

  const { orderId } = await here.place({ ...BID, clientOrderId: 'here' });
  await until('it is seen there', () => there.events.some(({ data }) => data.orderId === orderId));
  expect(await there.place({ ...BID, clientOrderId: 'here' })).toHaveProperty('orderId', orderId);
  expect(await there.call('order.cancel', { orderId })).toMatchObject({ order: { status: 'CANCELED' } });
  for (let round = 0; round < 20; round++) {
    const side = round % 2 === 0 ? 'BUY' : 'SELL';
    await Promise.all(
      clients.map((client) => client.place({ symbol: 'BTC', orderType: 'MARKET', side, quantity: 0.01 })),
    );
  }
  await here.caughtUpTo(there.seq!);
  await there.caughtUpTo(here.seq!);
  expect(there.events).toEqual(here.events);
  const books = await Promise.all(
    clients.map((client) => client.call<BookData>('book.get', { symbol: 'BTC' })),
  );
  expect(books[1]).toEqual(books[0]);
  await until('the books are alike', () => {
    const [mine, theirs] = clients.map((client) => client.books.get('book:BTC')!.seq);
    return mine === theirs;
  });
  const trades = (client: StreamClient) => client.of<object[]>('trades:BTC').flatMap(({ data }) => data);
  await until('the trades are alike', () => trades(here).length === trades(there).length);
  expect(trades(there)).toEqual(trades(here));
  await Promise.all(clients.map((client) => client.close()));
});

test('a client goes on at another gateway where the killed one left it', async () => {
  const reader = await StreamClient.connect(one);
  await reader.subscribe(['private']);
  const load = await Load.start(one);
  await load.acknowledges(200);
  await one.kill();
  await Promise.all([load.cutOff(), reader.closed]);

  await assertNothingLost(two, load);
  const back = await StreamClient.connect(two);
  const { epoch } = reader.hello;
  await back.subscribe(['private'], { epoch, seq: reader.seq! });
  await back.caughtUpTo(back.hello.seq);
  const seqs = [...reader.events, ...back.events].map(({ seq }) => seq! - reader.hello.seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  await back.close();
});

test('GATEWAYS shares one port and says so once', async () => {
  const tradewire = await Tradewire.start({ GATEWAYS: '2' });
  onTestFinished(() => tradewire.stop());
  expect(tradewire.lines.filter((line) => line.startsWith('listening on'))).toHaveLength(1);
  const load = await Load.start(tradewire, 4);
  await load.acknowledges(200);
  await load.stop();
  await assertNothingLost(tradewire, load);
  expect(await tradewire.terminate()).toEqual({ code: 0, signal: null });
});
