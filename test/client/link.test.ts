import { afterEach, beforeEach, expect, test } from 'vitest';
import { bookChecksum } from '../../packages/tradewire-client/src/book-checksum.js';
import { BookFeed } from '../../packages/tradewire-client/src/book-feed.js';
import { Link } from '../../packages/tradewire-client/src/link.js';
import type { SocketListener } from '../../packages/tradewire-client/src/socket.js';
import { UpdatesFeed } from '../../packages/tradewire-client/src/updates-feed.js';
import { until } from '../support/until.js';

const HELLO = { epoch: 'e1', seq: 0, heartbeatMs: 30_000 };

interface Sent {
  readonly id: number;
  readonly method: string;
  readonly params: object;
}

let link: Link;
/** The server's end of the present connection. */
let socket: SocketListener;
let sent: Sent[];

beforeEach(() => {
  sent = [];
  const end = { close: () => undefined, cut: () => undefined };
  link = new Link(
    (_url, _key, listener) => {
      socket = listener;
      return { ...end, send: (text) => sent.push(JSON.parse(text) as Sent) };
    },
    'ws://venue',
    'key',
  );
  tell({ channel: 'session', type: 'hello', data: HELLO });
});
afterEach(() => link.close());

function tell(frame: object): void {
  socket.received(JSON.stringify(frame));
}

function heartbeat(channels: Readonly<Record<string, number>>): void {
  tell({ channel: 'session', type: 'heartbeat', data: { seq: 0, channels } });
}

/** The channels that were asked for so far, a request each. */
function asked(): readonly object[] {
  return sent.filter(({ method }) => method === 'session.subscribe').map(({ params }) => params);
}

test('a book whose last frame was lost is fetched anew', async () => {
  const book = link.feeds.follow('book:BTC', () => new BookFeed('BTC', link.feeds));
  await until('it is asked for', () => asked().length === 1);
  const levels = { bids: [], asks: [], checksum: bookChecksum([], []) };
  tell({ channel: 'book:BTC', type: 'snapshot', seq: 19, time: 't', ...levels });
  heartbeat({ 'book:BTC': 19, 'book:ETH': 30 });
  expect(book.isCurrent).toBe(true);
  heartbeat({ 'book:BTC': 25 });
  expect(book.isCurrent).toBe(false);
  await until('it is asked for again', () => asked().length === 2);
  tell({ channel: 'book:BTC', type: 'snapshot', seq: 25, time: 't', ...levels });
  heartbeat({ 'book:BTC': 25 });
  expect(book).toMatchObject({ isCurrent: true, seq: 25 });
});

test('a ticker whose last frame was lost is asked for again, and its loops are told', async () => {
  const ticker = link.feeds.follow('ticker:BTC', () => new UpdatesFeed('ticker:BTC', link.feeds, true));
  await until('it is asked for', () => asked().length === 1);
  const loop = ticker[Symbol.asyncIterator]();
  tell({ channel: 'ticker:BTC', type: 'snapshot', seq: 19, time: 't', data: 1 });
  heartbeat({ 'ticker:BTC': 19 });
  tell({ channel: 'ticker:BTC', seq: 20, prev: 19, time: 't', data: 2 });
  heartbeat({ 'ticker:BTC': 25 });
  await until('it is asked for again', () => asked().length === 2);
  tell({ channel: 'ticker:BTC', type: 'snapshot', seq: 25, time: 't', data: 3 });
  for (const [data, isGap] of [
    [1, false],
    [2, false],
    [3, true],
  ]) {
    expect((await loop.next()).value).toMatchObject({ data, isGap });
  }
});

test('lost trades are told with the next ones', async () => {
  const trades = link.feeds.follow('trades:BTC', () => new UpdatesFeed('trades:BTC', link.feeds, false));
  const loop = trades[Symbol.asyncIterator]();
  // Those from before the subscription were not lost.
  heartbeat({ 'trades:BTC': 10 });
  tell({ channel: 'trades:BTC', seq: 12, prev: 10, time: 't', data: 1 });
  heartbeat({ 'trades:BTC': 15 });
  heartbeat({ 'trades:BTC': 15 });
  tell({ channel: 'trades:BTC', seq: 16, prev: 15, time: 't', data: 2 });
  tell({ channel: 'trades:BTC', seq: 17, prev: 16, time: 't', data: 3 });
  for (const [data, isGap] of [
    [1, false],
    [2, true],
    [3, false],
  ]) {
    expect((await loop.next()).value).toMatchObject({ data, isGap });
  }
});

test('a session that will not guard what the one before did is told of', async () => {
  const states: string[] = [];
  link.statusListeners.add(({ state }) => states.push(state));
  link.granted({ enabled: true, graceMs: 0 });
  const lost = socket;
  lost.ended({ code: 4008, reason: '', refusal: null });
  await until('there is another connection', () => socket !== lost);
  tell({ channel: 'session', type: 'hello', data: HELLO });
  const { id, method } = sent.at(-1)!;
  expect(method).toBe('session.cancelOnDisconnect');
  tell({ id, error: { code: 'FORBIDDEN', message: '' } });
  await until('it is told', () => link.status.state === 'UNGUARDED');
  tell({ channel: 'session', type: 'stale', data: {} });
  tell({ channel: 'session', type: 'live' });
  link.granted({ enabled: true, graceMs: 0 });
  const unguarded = ['UNGUARDED', 'STALE', 'UNGUARDED'];
  expect(states).toEqual(['DISCONNECTED', 'CONNECTING', 'LIVE', ...unguarded, 'LIVE']);
});

test('a listener that throws, and a frame that is none, do the client no harm', async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').once('uncaughtException', note);
  link.statusListeners.add(({ state }) => {
    if (state === 'DISCONNECTED') throw new Error(state);
  });
  const lost = socket;
  socket.received('1');
  await until('there is another connection', () => socket !== lost);
  tell({ channel: 'session', type: 'hello', data: HELLO });
  expect(link.status.state).toBe('LIVE');
  expect(uncaught).toEqual([new Error('DISCONNECTED')]);
  for (const other of others) process.on('uncaughtException', other);
});
