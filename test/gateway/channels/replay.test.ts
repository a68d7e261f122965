import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { PrivateChannel } from '../../../src/archive/private-channel.js';
import type { Seq } from '../../../src/exchange/units.js';
import { PrivateSubscription } from '../../../src/gateway/channels/private-feed.js';
import { Replay } from '../../../src/gateway/channels/replay.js';
import type { Session } from '../../../src/gateway/sessions/session.js';
import { Random } from '../../support/random.js';
import { until } from '../../support/until.js';
import { KEY, type RunningGateway, startGateway } from '../running-gateway.js';
import { eventsOf, NOW, PrivateEvents } from './private-events.js';

const CHANNEL: PrivateChannel = 'orders';

let gateway: RunningGateway;
let events: PrivateEvents;
let socket: WebSocket;
let session: Session;

beforeEach(async () => {
  events = await PrivateEvents.start({ archiveWaitMs: 300 });
  gateway = await startGateway({}, { waitingBytesMax: 1_000_000 });
  socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/v1/ws`, { headers: { 'x-api-key': KEY } });
  await once(socket, 'message');
  session = gateway.protocol.sessions[0]!;
});
afterEach(async () => {
  socket.terminate();
  await gateway.server.stop(0);
  await events.close();
});

function replay(from: number, onCaughtUp: () => void): Replay {
  const subscription = new PrivateSubscription(session, from);
  subscription.channels.add(CHANNEL);
  return new Replay(events.feed, events.history, events.account, subscription, from, onCaughtUp);
}

test('a session that its replay closes in the last stretch, being too slow, does not go live', () => {
  const data = `"${'x'.repeat(20_000)}"`;
  for (let seq = 1; seq <= 255; seq++) events.tell({ channel: CHANNEL, seq: seq as Seq, time: NOW, data });
  socket.pause();
  while (session.bufferedBytes < 500_000) {
    session.send('x'.repeat(20_000));
    gateway.sessions.flushAll();
  }
  let isLive = false;
  replay(0, () => {
    isLive = true;
  }).proceed();
  expect(session.closed).toBe(true);
  expect(isLive).toBe(false);
});

test('a chunk that is damaged is logged, and closes with a code that nobody comes back from at once', async () => {
  const all = eventsOf(new Random(12), 20);
  await events.archiveDamaged(all);
  events.restart(all.length);
  const closed = once(socket, 'close');
  replay(0, () => expect.unreachable('it is not caught up')).proceed();
  expect((await closed)[0]).toBe(1011);
  expect(events.logged).toMatchObject([{ sessionId: session.id, msg: 'a replay failed' }]);
});

test('what fails in the turn in which the archive has been read is logged', async () => {
  const all = eventsOf(new Random(13), 20);
  await events.archive(new Random(13), all);
  events.restart(all.length);
  replay(0, () => {
    throw new Error('of the test');
  }).proceed();
  await until('it is logged', () => events.logged.length === 1);
  expect(events.logged).toMatchObject([{ msg: 'a replay failed', err: { message: 'of the test' } }]);
});

test('a feed passes nothing on to those who subscribed before it began anew', () => {
  const subscription = new PrivateSubscription(session, 0);
  subscription.channels.add(CHANNEL);
  events.feed.subscribe(events.account, subscription);
  events.feed.reset();
  events.tell({ channel: CHANNEL, seq: 1 as Seq, time: NOW, data: '{}' });
  expect(subscription.lastSeq).toBe(0);
});
