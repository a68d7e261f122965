import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Position } from '../../../src/exchange/units.js';
import { PublicFeed } from '../../../src/gateway/channels/public-feed.js';
import type { Session } from '../../../src/gateway/sessions/session.js';
import { until } from '../../support/until.js';
import { KEY, type RunningGateway, startGateway } from '../running-gateway.js';

const MIB = 1_048_576;

let gateway: RunningGateway;

afterEach(() => gateway.server.stop(0));

interface Slow {
  readonly socket: WebSocket;
  readonly session: Session;
  readonly frames: string[];
}

/** A client that has stopped to read, and its session. */
async function connectSlow(): Promise<Slow> {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/v1/ws`, { headers: { 'x-api-key': KEY } });
  const frames: string[] = [];
  socket.on('message', (data) => frames.push(String(data)));
  socket.on('error', () => {});
  await until('it is greeted', () => frames.length === 1);
  socket.pause();
  return { socket, session: gateway.protocol.sessions.at(-1)!, frames };
}

/** Sends until so much waits that the socket does not take. */
function fill({ session }: Slow, bytes: number, total = 4 * MIB): void {
  while (!session.closed && session.bufferedBytes < bytes) {
    session.send('x'.repeat(20_000));
    gateway.sessions.flushAll();
    expect(gateway.sessions.waiting.bytes).toBeLessThanOrEqual(total);
  }
}

test('all sessions together have only so much waiting: those with most are closed, and the others go on', async () => {
  gateway = await startGateway({}, { waitingTotalBytesMax: 4 * MIB });
  const slow = [await connectSlow(), await connectSlow(), await connectSlow()];
  const [most, much, little] = slow as [Slow, Slow, Slow];
  fill(most, 2 * MIB);
  fill(much, 1.5 * MIB);
  expect(gateway.sessions.waiting.bytes).toBe(most.session.bufferedBytes + much.session.bufferedBytes);
  fill(little, MIB);
  expect(slow.map(({ session }) => session.closed)).toEqual([true, false, false]);
  const code = once(most.socket, 'close');
  for (const { socket } of slow) socket.resume();
  expect((await code)[0]).toBe(4008);
  await until('nothing waits any more', () => gateway.sessions.waiting.bytes === 0);
  expect(much.session.closed).toBe(false);
  for (const { socket } of slow) socket.terminate();
  await until('they are gone', () => gateway.sessions.size === 0);
});

test('who has left without reading its last frames makes room first', async () => {
  // What a socket takes by itself is a few MiB; the rest of so large a frame stays in the process.
  gateway = await startGateway({}, { waitingTotalBytesMax: 12 * MIB, waitingBytesMax: 8 * MIB });
  const gone = await connectSlow();
  for (const length of [14 * MIB, 1]) {
    gone.session.send('x'.repeat(length));
    gateway.sessions.flushAll();
  }
  expect(gone.session.closed).toBe(true);
  expect(gateway.sessions.waiting.bytes).toBeGreaterThan(8 * MIB);
  const slow = await connectSlow();
  fill(slow, 4 * MIB, 12 * MIB);
  expect([slow.session.closed, gateway.sessions.waiting.bytes]).toEqual([false, slow.session.bufferedBytes]);
  gone.socket.terminate();
  slow.socket.terminate();
});

test('a reader of a public channel is left out while it is behind, and sees what it missed by the chain', async () => {
  gateway = await startGateway({}, { waitingTotalBytesMax: 8 * MIB });
  const [early, other] = [await connectSlow(), await connectSlow()];
  const feed = new PublicFeed('trades:BTC');
  feed.subscribe(early.session);
  const data = JSON.stringify('x'.repeat(20_000));
  let position = 0;
  const publish = () => {
    feed.publish(++position as Position, '', data);
    gateway.sessions.flushAll();
  };
  while (!early.session.isBehind) publish();
  expect(early.session.bufferedBytes).toBeGreaterThan(MIB);
  publish();
  expect(feed.publishedSeqFor(early.session)).toBeNull();
  const waiting = early.session.bufferedBytes;
  publish();
  expect(early.session.bufferedBytes).toBe(waiting);

  other.session.sendPublic('x'.repeat(8 * MIB));
  gateway.sessions.flushAll();
  const third = await connectSlow();
  while (third.session.bufferedBytes < 100_000) {
    third.session.sendPublic('x'.repeat(20_000));
    gateway.sessions.flushAll();
  }
  expect([third.session.isBehind, third.session.closed]).toEqual([true, false]);

  early.socket.resume();
  await until('it has caught up', () => early.session.bufferedBytes === 0);
  expect([feed.readmit(early.session), feed.readmit(early.session)]).toEqual([true, false]);
  publish();
  await until('it goes on', () => early.frames.at(-1)!.includes(`"seq":${position},`));
  const seqs = early.frames.slice(1).map((frame) => JSON.parse(frame) as { seq: number; prev: number });
  const breaks = seqs.filter(({ prev }, index) => index > 0 && prev !== seqs[index - 1]!.seq);
  expect(breaks).toHaveLength(1);
  for (const { socket } of [early, other, third]) socket.terminate();
});
