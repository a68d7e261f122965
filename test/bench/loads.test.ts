import { afterEach, describe, expect, test } from 'vitest';
import { checkAfterLoad, currentPosition } from '../../bench/checks.js';
import { type LoadResult, runClosedLoop } from '../../bench/closed-loop.js';
import { startEchoServer } from '../../bench/echo-server.js';
import { runOpenLoop } from '../../bench/open-loop.js';
import { quoteMarket } from '../../bench/quoted-market.js';
import { RawClient } from '../../bench/raw-client.js';
import { benchRest } from '../../bench/rest.js';
import { loadVenue } from '../../bench/venue-load.js';
import { FakeVenue, type Fault } from './fake-venue.js';

const SMALL = { connections: 2, inFlight: 8, warmUpSeconds: 0.05, seconds: 0.15 };

const PLANNED = { connections: 3, ratePerSecond: 1000, warmUpSeconds: 0.1, seconds: 0.2 };

let venue: FakeVenue | null = null;

async function startVenue(fault: Fault): Promise<FakeVenue> {
  venue = await FakeVenue.start(fault);
  return venue;
}

afterEach(async () => {
  await venue?.stop();
  venue = null;
});

function expectComplete(load: LoadResult): void {
  expect(load.answered).toBeGreaterThan(0);
  expect(load).toMatchObject({ refused: 0, firstRefusal: null, unexpected: 0, unanswered: 0 });
  expect(load.latency.count).toBeGreaterThan(0);
}

test('the echo answers each request once, with an order', async () => {
  const echo = await startEchoServer();
  const target = { host: '127.0.0.1', port: echo.port, apiKey: '' };
  expectComplete(await runClosedLoop({ target, ...SMALL }));
  echo.close();
});

test('an open loop sends exactly what was planned', async () => {
  const { target } = await startVenue('NONE');
  const before = await currentPosition(target);
  const load = await runOpenLoop({ target, ...PLANNED });
  expectComplete(load);
  expect(load.answered).toBe(300);
  expect(load.latency.count).toBe(200);
  expect(load.lateness.count).toBe(200);
  expect(await checkAfterLoad(target, before, load)).toEqual([]);
});

test('a streamed load follows every event that it causes', async () => {
  const { target } = await startVenue('NONE');
  const loaded = { target, pid: process.pid };
  const { load, events, findings } = await loadVenue(loaded, true, () => runClosedLoop({ target, ...SMALL }));
  expect(findings).toEqual([]);
  expect(events).toBe(load.answered + load.openOrders);
});

test('REST orders are placed, cancelled and read', async () => {
  const { target } = await startVenue('NONE');
  await quoteMarket(target);
  const { orders, reads } = await benchRest({ target, connections: 2, seconds: 1 });
  expect(orders.requestsPerSecond).toBeGreaterThan(0);
  expect(reads.requestsPerSecond).toBeGreaterThan(0);
  expect([orders.failed, reads.failed]).toEqual([0, 0]);
}, 20_000);

test('a refused upgrade says why', async () => {
  const { target } = await startVenue('NONE');
  const nobody = { onText: () => undefined, onClose: () => undefined };
  await expect(RawClient.open({ ...target, apiKey: 'wrong' }, nobody)).rejects.toThrow('401 Unauthorized');
});

describe('the checks after a load notice', () => {
  test.each([
    ['NONE', []],
    ['REPEATED_ANSWER', [expect.stringContaining('1 answers came to no request')]],
    ['GAP_IN_EVENTS', [expect.stringContaining('1 gaps in the private events')]],
    ['ORDER_LEFT_OPEN', [expect.stringContaining('were acknowledged as open')]],
    ['REFUSED_ORDER', [expect.stringContaining('1 requests were refused')]],
  ] as const)('%s', async (fault, findings) => {
    const { target } = await startVenue(fault);
    const before = await currentPosition(target);
    const load = await runOpenLoop({ target, ...PLANNED });
    expect(await checkAfterLoad(target, before, load)).toEqual(findings);
  });
});
