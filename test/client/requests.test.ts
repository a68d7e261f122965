import { beforeEach, expect, test } from 'vitest';
import type { CallKind } from '../../packages/tradewire-client/src/call.js';
import { TradewireError } from '../../packages/tradewire-client/src/error.js';
import { Requests } from '../../packages/tradewire-client/src/requests.js';
import { until } from '../support/until.js';

const TERMS = { timeoutMs: 20_000, waitsForLimit: false };
const UNAVAILABLE = { code: 'UNAVAILABLE', message: '' };
const LIMITED = { code: 'RATE_LIMITED', message: '', details: { limit: 1, remaining: 0, resetTime: 0 } };

interface Sent {
  readonly id: number;
  readonly method: string;
}

let requests: Requests;
let sent: Sent[];

beforeEach(() => {
  sent = [];
  requests = new Requests((text) => sent.push(JSON.parse(text) as Sent));
  requests.begin();
});

/** Asks, and resolves with the result or the code that it is rejected with. */
function outcome(method: string, kind: CallKind, terms: Partial<typeof TERMS> = {}): Promise<unknown> {
  return requests
    .call(method, {}, { ...TERMS, ...terms, kind })
    .catch((error: TradewireError) => `${error.code}${error.isRepeat ? ' of a repetition' : ''}`);
}

function methods(): readonly string[] {
  return sent.map(({ method }) => method);
}

function reconnect(): void {
  requests.lose();
  sent.length = 0;
  requests.begin();
  requests.resume();
}

test('what can be sent again goes out on the next session, in its order and before what came later', async () => {
  const kinds = { read: 'READ', once: 'ONCE', order: 'REPEATABLE', subscribe: 'SESSION' } as const;
  const outcomes = Object.entries(kinds).map(([method, kind]) => outcome(method, kind));
  requests.lose();
  outcomes.push(outcome('later', 'ONCE'));
  expect(await outcomes[1]).toBe('UNKNOWN_OUTCOME');
  expect(await outcomes[3]).toBe('DISCONNECTED');
  reconnect();
  expect(methods()).toEqual(['read', 'order', 'later']);
  for (const { id, method } of sent) requests.answer({ id, result: method });
  expect(await Promise.all(outcomes)).toEqual(['read', 'UNKNOWN_OUTCOME', 'order', 'DISCONNECTED', 'later']);
});

test('"not now" is asked again until it is done, and told when the time is over', async () => {
  const done = outcome('order', 'REPEATABLE');
  requests.answer({ id: 1, error: UNAVAILABLE });
  await until('it is sent again', () => sent.length === 2);
  requests.answer({ id: 1, error: { code: 'UNKNOWN_OUTCOME', message: '' } });
  await until('it is sent once more', () => sent.length === 3);
  requests.answer({ id: 1, result: 'placed' });
  expect(await done).toBe('placed');
  const late = outcome('order', 'REPEATABLE', { timeoutMs: 0 });
  requests.answer({ id: 2, error: UNAVAILABLE });
  expect(await late).toBe('UNAVAILABLE');
});

test('what an order is refused for now says nothing about one that was sent before', async () => {
  const refused = outcome('order', 'REPEATABLE');
  requests.answer({ id: 1, error: LIMITED });
  expect(await refused).toBe('RATE_LIMITED');
  const doubtful = outcome('order', 'REPEATABLE');
  reconnect();
  requests.answer({ id: 2, error: LIMITED });
  await until('it is sent again', () => sent.length === 2);
  requests.answer({ id: 2, error: { code: 'NO_LIQUIDITY', message: '' } });
  expect(await doubtful).toBe('NO_LIQUIDITY of a repetition');
  const unknown = outcome('order', 'REPEATABLE', { timeoutMs: 200 });
  reconnect();
  requests.answer({ id: 3, error: { ...LIMITED, details: { resetTime: 60 } } });
  expect(await unknown).toBe('UNKNOWN_OUTCOME');
});

test('a caller may wait for the limit', async () => {
  const patient = outcome('order', 'REPEATABLE', { waitsForLimit: true });
  requests.answer({ id: 1, error: LIMITED });
  await until('it is sent again', () => sent.length === 2);
  requests.answer({ id: 1, result: 'placed' });
  expect(await patient).toBe('placed');
  const tooLong = outcome('order', 'REPEATABLE', { waitsForLimit: true });
  requests.answer({ id: 2, error: { ...LIMITED, details: { resetTime: 60 } } });
  expect(await tooLong).toBe('RATE_LIMITED');
});

test('what has no answer in time is told as what it is', async () => {
  const [read, order] = [
    outcome('read', 'READ', { timeoutMs: 1 }),
    outcome('order', 'ONCE', { timeoutMs: 1 }),
  ];
  expect(await read).toBe('TIMED_OUT');
  expect(await order).toBe('UNKNOWN_OUTCOME');
  expect(requests.isWaiting).toBe(false);
  requests.lose();
  expect(await outcome('order', 'REPEATABLE', { timeoutMs: 1 })).toBe('TIMED_OUT');
  // However long the outage.
  expect(requests).toMatchObject({ calls: { size: 0 }, waiting: { size: 0 } });
});

test('at most a thousand are under way, the others wait their turn', async () => {
  const outcomes = Array.from({ length: 1_002 }, () => outcome('read', 'READ'));
  expect(sent).toHaveLength(1_000);
  requests.answer({ id: 1, result: 1 });
  expect(sent.at(-1)!.id).toBe(1_001);
  for (let id = 2; id <= 1_002; id++) requests.answer({ id, result: id });
  expect(await Promise.all(outcomes)).toHaveLength(1_002);
  requests.lose();
  const held = Array.from({ length: 10_001 }, () => outcome('read', 'READ'));
  expect(await held.at(-1)).toBe('OVERLOADED');
  requests.finish(new TradewireError('CLOSED', ''));
  expect(new Set(await Promise.all(held))).toEqual(new Set(['CLOSED', 'OVERLOADED']));
});

test('the end leaves nobody waiting', async () => {
  const outcomes = [outcome('read', 'READ'), outcome('order', 'REPEATABLE')];
  requests.finish(new TradewireError('CLOSED', ''));
  expect(await Promise.all(outcomes)).toEqual(['CLOSED', 'UNKNOWN_OUTCOME']);
  expect(await outcome('read', 'READ')).toBe('CLOSED');
});
