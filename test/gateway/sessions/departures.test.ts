import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Departures } from '../../../src/gateway/sessions/departures.js';
import { until } from '../../support/until.js';
import { RawSocket } from '../raw-socket.js';
import { KEY, type RunningGateway, startGateway } from '../running-gateway.js';

const SPREAD_MAX_MS = 60;

let gateway: RunningGateway;

afterEach(() => gateway.server.stop(0));

/** Connects so many clients; the sockets' close codes are gathered in the order in which they close. */
async function connect(count: number): Promise<number[]> {
  const codes: number[] = [];
  const opened = Array.from({ length: count }, () => {
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/v1/ws`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    socket.on('close', (code) => codes.push(code));
    return once(socket, 'message');
  });
  await Promise.all(opened);
  return codes;
}

function offsets(departures: Departures): number[] {
  return [...gateway.sessions].map((session) => departures.afterMs(session));
}

test('a handful leaves at once', async () => {
  gateway = await startGateway();
  const codes = await connect(100);
  const departures = new Departures(gateway.sessions, SPREAD_MAX_MS);
  expect(new Set(offsets(departures))).toEqual(new Set([0]));
  await gateway.server.stop(1_000, departures);
  expect(gateway.sessions.size).toBe(0);
  await until('all have heard it', () => codes.length === 100);
  expect(codes).toEqual(Array(100).fill(1012));
});

test('many leave one after another, evenly, within the time there is', async () => {
  gateway = await startGateway();
  const codes = await connect(120);
  expect(Math.max(...offsets(new Departures(gateway.sessions, 60_000)))).toBe(119);
  const departures = new Departures(gateway.sessions, SPREAD_MAX_MS);
  expect(offsets(departures)).toEqual(Array.from({ length: 120 }, (_, place) => Math.round(place / 2)));
  const leaving = departures.done(10_000);
  expect(gateway.sessions.size).toBeGreaterThan(0);
  await leaving;
  expect(gateway.sessions.size).toBe(0);
  await until('all have heard it', () => codes.length === 120);
  expect(codes).toEqual(Array(120).fill(1012));
});

test('sessions wait for no request, and nobody for a body that does not arrive', async () => {
  let finish = () => {};
  const reply = new Promise<{ status: number; body: string }>((resolve) => {
    finish = () => resolve({ status: 200, body: '"in time"' });
  });
  let isReached = false;
  const slow = () => {
    isReached = true;
    return reply;
  };
  const route = { method: 'POST', path: '/slow', handle: slow } as const;
  gateway = await startGateway({ routes: [route] }, { bodyTimeoutMs: 3_600_000 });
  const [running, unfinished] = [await RawSocket.open(gateway.port), await RawSocket.open(gateway.port)];
  const codes = await connect(1);
  unfinished.write('POST /slow HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nhalf');
  running.write('POST /slow HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n');
  await until('the handler runs', () => isReached);
  const stopped = gateway.server.stop(3_600_000);
  await until('the session has left', () => codes.length === 1);
  expect(running.received + unfinished.received).toBe('');
  finish();
  await running.receives('"in time"');
  await stopped;
  expect(unfinished.received).toMatch(/^HTTP\/1.1 503 .*"code":"UNAVAILABLE"/s);
});

test('when the time is over all leave, whoever’s turn it is', async () => {
  gateway = await startGateway();
  await connect(120);
  const departures = new Departures(gateway.sessions, 3_600_000);
  await departures.done(0);
  expect(gateway.sessions.size).toBe(0);
});
