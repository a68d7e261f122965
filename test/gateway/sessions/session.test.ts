import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE } from '../../../src/gateway/sessions/close-code.js';
import { until } from '../../support/until.js';
import { frame, handshake, RawSocket } from '../raw-socket.js';
import { KEY, type RunningGateway, startGateway } from '../running-gateway.js';

let gateway: RunningGateway;

afterEach(() => gateway.server.stop(0));

interface Client {
  readonly socket: WebSocket;
  readonly frames: string[];
}

async function connect(): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/v1/ws`, { headers: { 'x-api-key': KEY } });
  const frames: string[] = [];
  socket.on('message', (data) => frames.push(String(data)));
  socket.on('error', () => {});
  await until('the greeting arrived', () => frames.length === 1);
  return { socket, frames };
}

async function closeCode({ socket }: Client): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

function pauseReading({ socket }: Client): void {
  socket.pause();
}

test('greets first, whatever the client sends as soon as it can', async () => {
  gateway = await startGateway();
  const client = await RawSocket.open(gateway.port);
  client.socket.once('data', () => {
    client.write(Buffer.concat([frame(1, Buffer.from('early')), frame(2, Buffer.from('binary'))]));
  });
  client.write(handshake('/v1/ws', `X-API-Key: ${KEY}`));
  await client.receives('Frames must be text');
  expect(gateway.protocol.record).toEqual(['opened', 'received early', 'unreadable']);
  expect(client.received).toMatch(/hello[\s\S]*early[\s\S]*error/);
  client.socket.destroy();
  await until('it was told of the end', () => gateway.protocol.record.at(-1) === 'closed');
});

test('delivers the frames of many turns in order', async () => {
  gateway = await startGateway();
  const client = await connect();
  for (let n = 0; n < 5_000; n++) client.socket.send(String(n));
  await until('all are back', () => client.frames.length === 5_001);
  expect(client.frames.slice(1).map(Number)).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
  client.socket.terminate();
});

test('answers binary and oversized frames with an error, and cuts what is larger than it reads', async () => {
  gateway = await startGateway({}, { frameBytesMax: 1_000, frameReadBytesMax: 2_000 });
  const client = await connect();
  client.socket.send(Buffer.from('{}'));
  client.socket.send('x'.repeat(1_001));
  client.socket.send('x'.repeat(1_000));
  await until('all are answered', () => client.frames.length === 4);
  expect(client.frames.slice(1, 3)).toEqual([
    'error: Frames must be text',
    'error: A frame may have at most 1000 bytes',
  ]);
  client.socket.send('x'.repeat(2_001));
  expect(await closeCode(client)).toBe(1006);
  expect(gateway.protocol.record.at(-1)).toBe('closed');
});

test('sends after the end are nothing', async () => {
  gateway = await startGateway();
  const client = await connect();
  const session = gateway.protocol.sessions[0]!;
  session.send('queued, then gone');
  session.close(CLOSE.RESTARTING, 'test');
  session.send('after');
  session.sendPublic('after');
  session.flush();
  session.close(CLOSE.RESTARTING, 'again');
  session.countRefusal();
  session.tick(Number.MAX_SAFE_INTEGER);
  expect([session.closed, session.bufferedBytes, gateway.sessions.size]).toEqual([true, 0, 0]);
  expect(await closeCode(client)).toBe(1012);
  expect(gateway.protocol.record.filter((what) => what === 'closed')).toHaveLength(1);
});

test('closes with 4003 at the hundredth refused frame, which is still answered', async () => {
  gateway = await startGateway();
  const client = await connect();
  for (let n = 0; n < 100; n++) client.socket.send(Buffer.from([n]));
  expect(await closeCode(client)).toBe(4003);
  expect(client.frames).toHaveLength(101);
});

test('refuses frames beyond so many in a second, and goes on in the next', async () => {
  gateway = await startGateway({}, { framesPerSecondMax: 10, refusalsMax: 5, heartbeatMs: 1_000 });
  const hasty = await connect();
  for (let n = 0; n < 100; n++) hasty.socket.send('hasty');
  expect(await closeCode(hasty)).toBe(CLOSE.TOO_MANY_REFUSED_FRAMES);
  // A second may have ended while they came.
  expect(hasty.frames.filter((text) => text === 'hasty').length).toBeLessThanOrEqual(20);
  expect(hasty.frames.filter((text) => text.startsWith('error: A session may send'))).toHaveLength(5);

  const steady = await connect();
  for (let round = 1; round <= 3; round++) {
    for (let n = 0; n < 5; n++) steady.socket.send('steady');
    await until(
      'they are back',
      () => steady.frames.filter((text) => text === 'steady').length === 5 * round,
    );
    await once(steady.socket, 'ping');
  }
  steady.socket.terminate();
});

test('a client that does not read is closed with 4008, and learns it when it reads again', async () => {
  gateway = await startGateway();
  const [slow, fast] = [await connect(), await connect()];
  const [session, other] = gateway.protocol.sessions;
  pauseReading(slow);
  let sent = 0;
  while (!session!.closed) {
    session!.send(String(sent++).padEnd(50_000));
    other!.send('on time');
    gateway.sessions.flushAll();
    expect(session!.bufferedBytes).toBeLessThan(4_194_304 + 300_000);
  }
  await until('the other client has all its frames', () => fast.frames.length === sent + 1);
  const code = closeCode(slow);
  slow.socket.resume();
  expect(await code).toBe(4008);
  const numbers = slow.frames.slice(1).map(Number);
  expect(numbers).toEqual(numbers.map((_, index) => index));
  fast.socket.terminate();
});

test('a snapshot may be larger than what may wait, and what comes after it may not', async () => {
  gateway = await startGateway();
  const [patient, greedy] = [await connect(), await connect()];
  const [session, asking] = gateway.protocol.sessions;
  const send = (frame: string) => {
    session!.send(frame);
    gateway.sessions.flushAll();
  };
  pauseReading(patient);
  session!.sendSnapshot('s'.repeat(12_000_000));
  gateway.sessions.flushAll();
  for (let count = 0; count < 60; count++) send('x'.repeat(50_000));
  expect(session!.closed).toBe(false);
  patient.socket.resume();
  await until('it has caught up', () => patient.frames.length === 62 && session!.bufferedBytes === 0);

  pauseReading(patient);
  let sent = 0;
  while (!session!.closed) {
    send(String(sent++).padEnd(50_000));
    expect(session!.bufferedBytes).toBeLessThan(4_194_304 + 300_000);
  }
  const code = closeCode(patient);
  patient.socket.resume();
  expect(await code).toBe(4008);

  pauseReading(greedy);
  for (let count = 0; count < 3; count++) {
    asking!.sendSnapshot('s'.repeat(6_000_000));
    gateway.sessions.flushAll();
  }
  expect(asking!.closed).toBe(true);
  greedy.socket.terminate();
});

test('a client that never reads again is cut', async () => {
  gateway = await startGateway({}, { farewellMs: 20, sessionsPerAddressMax: 1 });
  const slow = await connect();
  const session = gateway.protocol.sessions[0]!;
  pauseReading(slow);
  while (!session.closed) {
    session.send('x'.repeat(50_000));
    gateway.sessions.flushAll();
  }
  await until('its place is free', async () => {
    const next = new WebSocket(`ws://127.0.0.1:${gateway.port}/v1/ws`, { headers: { 'x-api-key': KEY } });
    next.on('error', () => {});
    const isOpen = await new Promise<boolean>((resolve) => {
      next.on('open', () => resolve(true));
      next.on('error', () => resolve(false));
    });
    next.terminate();
    return isOpen;
  });
  slow.socket.terminate();
});

test('a private frame that waits too long closes with 4008, a public one does not', async () => {
  gateway = await startGateway({}, { waitingMsMax: 1, heartbeatMs: 5 });
  const slow = await connect();
  const session = gateway.protocol.sessions[0]!;
  pauseReading(slow);
  while (session.bufferedBytes < 500_000) {
    session.sendPublic('x'.repeat(50_000));
    gateway.sessions.flushAll();
  }
  session.tick(performance.now() + 1_000);
  expect(session.closed).toBe(false);
  session.send('private');
  gateway.sessions.flushAll();
  await until('it was closed', () => session.closed);
  const code = closeCode(slow);
  slow.socket.resume();
  expect(await code).toBe(4008);
});

test('a slow client that reads again gets everything in order, and the protocol hears of it', async () => {
  gateway = await startGateway();
  const client = await connect();
  const session = gateway.protocol.sessions[0]!;
  pauseReading(client);
  let sent = 0;
  while (session.bufferedBytes < 2_000_000) {
    session.send(String(sent++).padEnd(10_000));
    gateway.sessions.flushAll();
  }
  client.socket.resume();
  await until('all arrived', () => client.frames.length === sent + 1);
  expect(client.frames.slice(1).map(Number)).toEqual(Array.from({ length: sent }, (_, n) => n));
  await until('the protocol was told', () => gateway.protocol.record.includes('drained'));
  expect(session.bufferedBytes).toBe(0);
  client.socket.terminate();
});

test('pings, and cuts a client that answers nothing', async () => {
  gateway = await startGateway({}, { heartbeatMs: 10 });
  const client = await connect();
  await once(client.socket, 'ping');
  client.socket.terminate();
});

test('stopping lets clients read what waits, then closes them with 1012', async () => {
  gateway = await startGateway();
  const client = await connect();
  const session = gateway.protocol.sessions[0]!;
  pauseReading(client);
  let sent = 0;
  while (session.bufferedBytes < 1_000_000) {
    session.send(String(sent++).padEnd(50_000));
    gateway.sessions.flushAll();
  }
  const code = closeCode(client);
  const stopped = gateway.server.stop(10_000);
  client.socket.resume();
  expect(await code).toBe(1012);
  expect(client.frames).toHaveLength(sent + 1);
  await stopped;
  gateway = await startGateway();
});
