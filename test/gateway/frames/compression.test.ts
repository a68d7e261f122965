import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../../support/until.js';
import { handshake, RawSocket } from '../raw-socket.js';
import { KEY, type RunningGateway, startGateway } from '../running-gateway.js';

let gateway: RunningGateway;

afterEach(() => gateway.server.stop(0));

const OFFER = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits';
const LONG = `{"channel":"book:BTC","bids":[${'[64250,1.5],'.repeat(100)}[1,1]]}`;
/** The first byte of a whole text frame; RSV1 says that it is compressed. */
const TEXT = '\x81';
const COMPRESSED_TEXT = '\xc1';

async function raw(path: string, ...headers: readonly string[]): Promise<RawSocket> {
  const client = await RawSocket.open(gateway.port);
  client.write(handshake(path, `X-API-Key: ${KEY}`, ...headers));
  await client.receives('hello');
  return client;
}

function compressing(): WebSocket {
  const url = `ws://127.0.0.1:${gateway.port}/v1/ws?compress=1`;
  const socket = new WebSocket(url, {
    headers: { 'x-api-key': KEY },
    perMessageDeflate: { threshold: 0 },
  });
  socket.on('error', () => {});
  return socket;
}

test('is agreed on where the client asks for it twice and the server lets it, and nowhere else', async () => {
  gateway = await startGateway();
  const asking = await raw('/v1/ws?compress=1', OFFER);
  expect(asking.received).toMatch(/sec-websocket-extensions: permessage-deflate/i);
  for (const [path, ...headers] of [
    ['/v1/ws', OFFER],
    ['/v1/ws?compress=1'],
    ['/v1/ws?compress=0', OFFER],
  ] as const) {
    const client = await raw(path, ...headers);
    expect(client.received).not.toMatch(/sec-websocket-extensions/i);
    client.socket.destroy();
  }
  asking.socket.destroy();
  await gateway.server.stop(0);
  gateway = await startGateway({ compression: false });
  const refused = await raw('/v1/ws?compress=1', OFFER);
  expect(refused.received).not.toMatch(/sec-websocket-extensions/i);
  refused.socket.destroy();
});

test('compresses public frames that are long enough, and never what is private', async () => {
  gateway = await startGateway();
  const client = await raw('/v1/ws?compress=1', OFFER);
  const session = gateway.protocol.sessions[0]!;
  const sentAs = async (send: () => void) => {
    client.received = '';
    send();
    gateway.sessions.flushAll();
    await until('a frame is here', () => client.received.length > 2);
    return client.received;
  };
  const compressed = await sentAs(() => session.sendPublic(LONG));
  expect(compressed[0]).toBe(COMPRESSED_TEXT);
  expect(compressed.length).toBeLessThan(LONG.length / 5);
  for (const send of [
    () => session.send(LONG),
    () => session.sendSnapshot(LONG),
    () => session.sendPublic('short'),
  ]) {
    expect((await sentAs(send))[0]).toBe(TEXT);
  }
  client.socket.destroy();
});

test('a client that compresses reads and is read like any other, slow or not', async () => {
  gateway = await startGateway();
  const socket = compressing();
  const frames: string[] = [];
  socket.on('message', (data) => frames.push(String(data)));
  await until('it was greeted', () => frames.length === 1);
  expect(socket.extensions).toBe('permessage-deflate');
  socket.send('a'.repeat(10_000));
  await until('it is back', () => frames.length === 2);
  expect(frames[1]).toBe('a'.repeat(10_000));
  socket.pause();
  const session = gateway.protocol.sessions[0]!;
  let sent = 0;
  while (session.bufferedBytes < 1_000_000) {
    session.sendPublic(`${sent}${LONG}`);
    session.send(`${sent++}${'private'.repeat(1_000)}`);
    gateway.sessions.flushAll();
  }
  socket.resume();
  await until('all is here', () => frames.length === 2 + 2 * sent);
  const numbers = frames.slice(2).map((frame) => Number.parseInt(frame, 10));
  expect(numbers).toEqual(Array.from({ length: 2 * sent }, (_, index) => Math.floor(index / 2)));
  socket.terminate();
});

test('what a compressed frame comes to is bounded like any other, whatever its own length', async () => {
  gateway = await startGateway({}, { frameBytesMax: 10_000, frameReadBytesMax: 100_000 });
  const socket = compressing();
  const frames: string[] = [];
  socket.on('message', (data) => frames.push(String(data)));
  await once(socket, 'open');
  socket.send('a'.repeat(50_000));
  await until('it is refused', () => frames.includes('error: A frame may have at most 10000 bytes'));
  socket.send('a'.repeat(20_000_000));
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1006);
  expect(gateway.protocol.record.at(-1)).toBe('closed');
  const next = compressing();
  await once(next, 'open');
  next.terminate();
});
