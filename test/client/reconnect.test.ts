import { expect, test } from 'vitest';
import { backoffMs, isFinal, reconnectDelayMs } from '../../packages/tradewire-client/src/reconnect.js';
import type { SocketEnd } from '../../packages/tradewire-client/src/socket.js';
import { streamUrl } from '../../packages/tradewire-client/src/stream-url.js';

const ALMOST_ONE = 1 - 2 ** -53;

function closed(code: number): SocketEnd {
  return { code, reason: '', refusal: null };
}

function refused(status: number, retryAfterMs: number | null = null): SocketEnd {
  return { code: 1006, reason: '', refusal: { status, message: '', retryAfterMs } };
}

test('pauses grow twofold up to ten seconds, and each is anything from nothing to that', () => {
  const longest = Array.from({ length: 9 }, (_, attempt) => Math.round(backoffMs(attempt, ALMOST_ONE)));
  expect(longest).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
  expect(backoffMs(5, 0.25)).toBe(2_000);
  expect(backoffMs(1_000, 0)).toBe(0);
  expect(backoffMs(5_000, ALMOST_ONE)).toBeLessThanOrEqual(10_000);
});

test('a client that will not be had stays away, and only such a one', () => {
  const ends = [closed(4001), closed(4009), refused(401), refused(403), refused(404)];
  expect(ends.map(isFinal)).toEqual(ends.map(() => true));
  const others = [1001, 1006, 1012, 4003, 4008, 1000].map(closed);
  const passing = [408, 429, 500, 502, 503, 504].map((status) => refused(status));
  expect([...others, ...passing].filter(isFinal)).toEqual([]);
});

test.each([
  ['a restart', closed(1012), 0, null, 500],
  ['leaving', closed(1001), 0, null, 500],
  ['a restart with notice', closed(1012), 0, 1_234, 1_234],
  ['a restart that went wrong', closed(1012), 3, 1_234, 1_000],
  ['being too slow', closed(4008), 0, null, 0],
  ['being too slow again', closed(4008), 2, null, 500],
  ['too many bad frames', closed(4003), 0, null, 10_125],
  ['a cut', closed(1006), 0, null, 125],
  ['a refusal', refused(503), 1, null, 250],
  ['a refusal that says how long', refused(429, 7_000), 1, null, 7_250],
])('after %s the client comes back when it should', (_, end, attempt, noticeMs, delayMs) => {
  expect(reconnectDelayMs(end, attempt, 0.5, noticeMs)).toBe(delayMs);
});

test('the address of a server is that of its stream', () => {
  const stream = 'ws://127.0.0.1:8080/v1/ws';
  for (const address of ['http://127.0.0.1:8080', 'ws://127.0.0.1:8080/', stream]) {
    expect(streamUrl(address, null)).toBe(stream);
  }
  expect(streamUrl('https://trade.example/venues/one', 'p1')).toBe(
    'wss://trade.example/venues/one?portfolioId=p1',
  );
  expect(() => streamUrl('nowhere', null)).toThrow(TypeError);
});
