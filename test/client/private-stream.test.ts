import type { PrivateItem } from 'tradewire-client';
import { beforeEach, expect, test } from 'vitest';
import { TradewireError } from '../../packages/tradewire-client/src/error.js';
import { PrivateStream } from '../../packages/tradewire-client/src/private-stream.js';
import { Requests } from '../../packages/tradewire-client/src/requests.js';
import { until } from '../support/until.js';

const EPOCH = 'e1';
/** So many the client holds for a slow loop. */
const ITEMS_WAITING_MAX = 10_000;

interface Sent {
  readonly id: number;
  readonly method: string;
  readonly params: { readonly since?: { readonly seq: number } };
}

let requests: Requests;
let sent: Sent[];
let items: PrivateItem[];
/** What the loop over the items ended with. */
let failure: unknown;

beforeEach(() => {
  sent = [];
  items = [];
  failure = null;
  requests = new Requests((text) => sent.push(JSON.parse(text) as Sent));
  requests.begin();
});

/** A stream in a session, and all that comes out of it. */
function begin(seq: number | null): PrivateStream {
  const stream = new PrivateStream(requests, seq === null ? null : { epoch: EPOCH, seq });
  stream.begin(EPOCH);
  const loop = async () => {
    for await (const item of stream.items) items.push(item);
  };
  loop().catch((error: unknown) => {
    failure = error;
  });
  return stream;
}

function event(stream: PrivateStream, seq: number, isReplay = false): void {
  const frame = { channel: 'fills', seq, prev: seq - 1, time: 't', data: {} };
  stream.receive(isReplay ? { ...frame, replay: true } : frame);
}

function snapshot(stream: PrivateStream, channels: readonly string[], seq: number): void {
  for (const channel of channels) {
    stream.receive({ channel, type: 'snapshot', seq, time: 't', data: [] });
  }
}

async function seen(...seqs: readonly (number | null)[]): Promise<void> {
  await until(`${seqs} are seen`, () => items.length >= seqs.length);
  expect(items.map((item) => (item.type === 'GAP' ? null : item.cursor.seq))).toEqual(seqs);
}

/** Answers the latest request, and lets the stream take note. */
async function answer(error?: { code: string; message: string; details?: unknown }): Promise<void> {
  requests.answer({ id: sent.at(-1)!.id, ...(error === undefined ? { result: {} } : { error }) });
  await Promise.resolve();
}

test('an event that is missing is asked for, once, and nothing is told twice', async () => {
  const stream = begin(5);
  await answer();
  event(stream, 6);
  event(stream, 8);
  event(stream, 9);
  expect(sent.map(({ params }) => params.since?.seq)).toEqual([5, 6]);
  await answer();
  for (const seq of [6, 7, 8, 9]) event(stream, seq, true);
  event(stream, 10);
  await seen(6, 7, 8, 9, 10);
  expect(items.map((item) => item.type === 'EVENT' && item.isReplay)).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
});

test('a heartbeat shows that the latest event is missing', async () => {
  const stream = begin(5);
  await answer();
  stream.heartbeat(5);
  expect(sent).toHaveLength(1);
  stream.heartbeat(6);
  expect(sent.at(-1)!.params.since).toEqual({ epoch: EPOCH, seq: 5 });
});

test('a snapshot is one, or is asked for again', async () => {
  const stream = begin(null);
  await answer();
  snapshot(stream, ['orders', 'positions'], 5);
  event(stream, 6);
  expect(items).toEqual([]);
  expect(sent).toHaveLength(2);
  await answer();
  snapshot(stream, ['orders', 'positions', 'account'], 6);
  event(stream, 7);
  await seen(6, 7);
});

test('what was lost for good is told before the snapshot that follows', async () => {
  const stream = begin(5);
  const details = { epoch: 'e2', oldest: 90, newest: 99 };
  await answer({ code: 'RESUME_UNAVAILABLE', message: '', details });
  await until('a snapshot is asked for', () => sent.length === 2);
  expect(sent[1]!.params).toEqual({ channels: ['private'] });
  snapshot(stream, ['orders', 'positions', 'account'], 99);
  await seen(null, 99);
  expect(items[0]).toEqual({ type: 'GAP', since: { epoch: EPOCH, seq: 5 }, available: details });
});

test('of a loop that is far behind the stream lets go, and resumes when it has caught up', async () => {
  const stream = new PrivateStream(requests, { epoch: EPOCH, seq: 0 });
  stream.begin(EPOCH);
  await answer();
  for (let seq = 1; seq <= ITEMS_WAITING_MAX + 5; seq++) event(stream, seq);
  expect(sent.map(({ method }) => method)).toEqual(['session.subscribe', 'session.unsubscribe']);
  stream.heartbeat(ITEMS_WAITING_MAX + 5);
  const taken: number[] = [];
  const take = async () => {
    const { value: item } = await stream.items.next();
    if (item?.type === 'EVENT') taken.push(item.cursor.seq);
  };
  while (sent.length === 2) await take();
  expect(taken).toHaveLength(ITEMS_WAITING_MAX / 2);
  expect(sent.at(-1)!.params.since).toEqual({ epoch: EPOCH, seq: ITEMS_WAITING_MAX });
  event(stream, ITEMS_WAITING_MAX + 1, true);
  while (taken.length <= ITEMS_WAITING_MAX) await take();
  expect(taken).toEqual(taken.map((_, index) => index + 1));
});

test('the next session goes on where this one was, and the end is told', async () => {
  const stream = begin(5);
  await answer();
  event(stream, 6);
  stream.lose();
  requests.lose();
  event(stream, 7);
  requests.begin();
  stream.begin(EPOCH);
  expect(sent.at(-1)!.params.since).toEqual({ epoch: EPOCH, seq: 6 });
  await seen(6);
  const refusal = new TradewireError('REFUSED', '');
  stream.end(refusal);
  await until('the loop has ended', () => failure === refusal);
});
