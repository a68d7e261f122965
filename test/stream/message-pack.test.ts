import { once } from 'node:events';
import { encode } from '@msgpack/msgpack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Sandbox } from '../support/sandbox.js';
import { type Frame, MESSAGE_PACK, StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

let tradewire: Tradewire;
let sandbox: Sandbox;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  sandbox = new Sandbox(tradewire);
  await sandbox.market('BTC', { oracle: 64250, bids: [[64249, 2]], asks: [[64251, 2]] });
});
afterAll(() => tradewire.stop());

function withMessagePack(query = ''): Promise<StreamClient> {
  return StreamClient.connect(tradewire, tradewire.apiKey, { query, encoding: MESSAGE_PACK });
}

/** All that is not about the session itself. */
function messages({ frames }: StreamClient): readonly Frame[] {
  return frames.filter(({ channel }) => channel !== 'session');
}

test('a trader who speaks MessagePack gets the same messages as one who speaks JSON', async () => {
  const text = await StreamClient.connect(tradewire);
  const binary = await withMessagePack('?compress=1');
  expect(binary.socket.protocol).toBe('tradewire.v1.msgpack');
  expect(Object.keys(binary.hello)).toEqual(Object.keys(text.hello));
  const channels = ['private', 'book:BTC', 'ticker:BTC', 'candles:BTC:1m', 'trades:BTC'];
  await Promise.all([text, binary].map((client) => client.subscribe(channels)));
  const bid = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.25, limitPrice: '64200' };
  const { orderId } = await binary.place({ ...bid, clientOrderId: 'Gebot „eins“ 🙂' });
  await text.place({ symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 0.1 });
  await binary.call('order.amend', { orderId, quantity: 0.2 });
  await binary.call('order.placeBatch', { orders: [bid, { ...bid, quantity: -1 }] });
  await sandbox.flow('BTC', 'SELL', 0.5);
  await text.call('order.cancelAll');
  await text.place({ symbol: 'BTC', orderType: 'MARKET', side: 'SELL', quantity: 0.1, reduceOnly: true });
  await until('both have everything', () => [text, binary].every(hasAllTrades));
  await binary.caughtUpTo(text.seq!);
  expect(messages(binary).filter(isPrivate)).toEqual(messages(text).filter(isPrivate));
  for (const channel of channels.slice(1)) expect(binary.of(channel)).toEqual(text.of(channel));
  const [mine, theirs] = await Promise.all(
    [binary, text].map((client) => client.call('order.get', { orderId })),
  );
  expect(mine).toEqual(theirs);
  expect((await binary.refusal('order.get', { orderId: 'x' })).code).toBe('ORDER_NOT_FOUND');
  const { epoch } = binary.hello;
  await binary.close();
  const resumed = await withMessagePack();
  await resumed.subscribe(['private'], { epoch, seq: text.hello.seq });
  await resumed.caughtUpTo(text.seq!);
  const replayed = resumed.events.map(({ replay, ...event }) => event);
  expect(replayed).toEqual(text.events.map(({ replay, ...event }) => event));
  await Promise.all([text.close(), resumed.close()]);
});

test('each kind of session refuses the frames of the other, and what is no message', async () => {
  const [text, binary] = [await StreamClient.connect(tradewire), await withMessagePack()];
  text.socket.send(encode({ id: 1, method: 'ping' }));
  for (const frame of ['{"id":1,"method":"ping"}', Buffer.from('{"id":1}'), encode(new Date())]) {
    binary.socket.send(frame);
  }
  binary.socket.send(encode([1]));
  await until('all are answered', () => text.strays.length === 1 && binary.strays.length === 4);
  expect(text.strays).toMatchObject([{ code: 'INVALID_REQUEST', message: 'Frames must be text' }]);
  const notMessagePack = 'Frames must be MessagePack of what JSON can say';
  expect(binary.strays.map(({ code, message }) => [code, message])).toEqual([
    ['INVALID_REQUEST', 'Frames must be binary'],
    ['INVALID_REQUEST', notMessagePack],
    ['INVALID_REQUEST', notMessagePack],
    ['INVALID_JSON', expect.any(String)],
  ]);
  expect(await binary.call('ping')).toEqual({ serverTime: expect.any(String) });
  for (let count = 0; count < 100; count++) binary.socket.send('text');
  expect((await binary.closed).code).toBe(4003);
  await text.close();
});

test('the server takes the first subprotocol that it knows, for browsers too', async () => {
  for (const [offered, chosen] of [
    [['tradewire.v1.msgpack', 'tradewire.v1'], 'tradewire.v1.msgpack'],
    [['tradewire.v1', 'tradewire.v1.msgpack'], 'tradewire.v1'],
    [['tradewire.v2', 'tradewire.v1.msgpack'], 'tradewire.v1.msgpack'],
  ] as const) {
    const socket = new WebSocket(tradewire.streamUrl, [`bearer.${tradewire.apiKey}`, ...offered]);
    await once(socket, 'open');
    expect(socket.protocol).toBe(chosen);
    socket.terminate();
  }
});

/** True when the three trades are here, and all that is held back for a while has come after them. */
function hasAllTrades(client: StreamClient): boolean {
  const last = client.of('trades:BTC').at(2);
  const later = ['ticker:BTC', 'candles:BTC:1m'].map((channel) => client.of(channel).at(-1)!);
  return last !== undefined && later.every(({ seq }) => seq! >= last.seq!);
}

function isPrivate({ channel }: Frame): boolean {
  return !channel.includes(':');
}
