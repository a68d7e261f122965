import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { frame, handshake, RawSocket } from '../gateway/raw-socket.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';

const BID = { symbol: 'BTC', orderType: 'LIMIT', side: 'BUY', quantity: 0.5, limitPrice: 49_000 };
const FLOOD = 5_000;
/** Refused frames that close a session. */
const REFUSALS_MAX = 100;
const DRIP_EVERY_MS = 100;
/** The server's patience with heads is ten seconds, which it looks at every four. */
const PATIENCE_MS = 30_000;

let tradewire: Tradewire;
let bystander: StreamClient;

beforeAll(async () => {
  tradewire = await Tradewire.start({ FRAMES_WAITING_BYTES_MAX: '1048576', BODY_TIMEOUT_MS: '1000' });
  await tradewire.ask('POST', '/v1/sandbox/market', { symbol: 'BTC', oracle: 50_000 });
  bystander = await StreamClient.connect(tradewire);
});
afterAll(() => tradewire.stop());

test('of a flood each request is answered once, until 4003 ends it, and others are served', async () => {
  const flood = await openRaw();
  const requests = Array.from({ length: FLOOD }, (_, id) => request({ id, method: 'order.list' }));
  flood.write(Buffer.concat(requests));
  expect(await bystander.place(BID)).toHaveProperty('status', 'ACTIVE');
  await flood.receives('too many invalid or refused frames');
  const served = idsIn(flood, 'result');
  expect(served).toEqual(served.toSorted((one, other) => one - other));
  const refused = idsIn(flood, 'error');
  expect(refused).toHaveLength(REFUSALS_MAX);
  expect(new Set([...served, ...refused]).size).toBe(served.length + REFUSALS_MAX);
  const codes = flood.received.match(/"error":\{"code":"\w+"/g) ?? [];
  expect(new Set(codes)).toEqual(new Set(['"error":{"code":"OVERLOADED"']));
});

test('who says nothing, or speaks a byte at a time, is cut', { timeout: PATIENCE_MS }, async () => {
  const host = 'Host: test\r\n';
  const mute = await RawSocket.open(tradewire.port);
  const slowHead = await RawSocket.open(tradewire.port);
  slowHead.write(`GET /health HTTP/1.1\r\n${host}X-Long: `);
  const slowHandshake = await RawSocket.open(tradewire.port);
  slowHandshake.write(`GET /v1/ws HTTP/1.1\r\n${host}X-Long: `);
  const slowBody = await RawSocket.open(tradewire.port);
  slowBody.write(`POST /v1/orders HTTP/1.1\r\n${host}Content-Length: 1000\r\n\r\n`);
  const dripping = setInterval(() => {
    for (const slow of [slowHead, slowHandshake, slowBody]) if (!slow.isClosed) slow.write('x');
  }, DRIP_EVERY_MS);
  const all = [mute, slowHead, slowHandshake, slowBody];
  await Promise.all(all.map(({ socket }) => once(socket, 'close')));
  clearInterval(dripping);
  for (const { received } of [mute, slowHead, slowHandshake]) expect(received).toBe('');
  expect(slowBody.received).toMatch(/^HTTP\/1\.1 408 /);
  expect(await tradewire.ask('GET', '/health')).toHaveProperty('status', 200);
  await bystander.close();
});

/** A session whose client writes what it likes. */
async function openRaw(): Promise<RawSocket> {
  const raw = await RawSocket.open(tradewire.port);
  raw.write(handshake('/v1/ws', `X-API-Key: ${tradewire.apiKey}`));
  await raw.receives('"hello"');
  return raw;
}

function request(content: object): Buffer {
  return frame(1, Buffer.from(JSON.stringify(content)));
}

/** The ids of the answers of a kind, in the order in which they came. */
function idsIn({ received }: RawSocket, kinds: string): number[] {
  return [...received.matchAll(new RegExp(`\\{"id":(\\d+),"(?:${kinds})"`, 'g'))].map(([, id]) => Number(id));
}
