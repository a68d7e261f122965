import { beforeEach, expect, test } from 'vitest';
import { isListed, LISTED } from '../../../src/archive/listed-events.js';
import { PRIVATE_CHANNELS } from '../../../src/archive/private-channel.js';
import type { AccountId, Millis, Seq } from '../../../src/exchange/units.js';
import type { PrivateEvent } from '../../../src/gateway/channels/event-log.js';
import { EventMemory } from '../../../src/gateway/channels/event-memory.js';
import { Random } from '../../support/random.js';

const MIB = 1_024 * 1_024;
/** Sweeps after which what is archived is dropped. */
const MINUTE_AND_MORE = 150;
const NOW = Date.UTC(2026, 0, 5) as Millis;

let memory: EventMemory;
/** How many events every account has had. */
let counts: Map<AccountId, number>;

beforeEach(() => {
  memory = new EventMemory(64 * MIB);
  counts = new Map();
});

function add(account: number, data = `{"account":${account}}`, time: number = NOW): void {
  const id = account as AccountId;
  const seq = (counts.get(id) ?? 0) + 1;
  counts.set(id, seq);
  memory.append(id, PRIVATE_CHANNELS[seq % 6]!, seq as Seq, time as Millis, data);
}

function sweep(archivedUntil: number | null, times = MINUTE_AND_MORE): void {
  for (let count = 0; count < times; count++) memory.sweep(archivedUntil as Millis | null);
}

function seqsOf(account: number, after = 0): number[] {
  return [...memory.after(account as AccountId, after)].map(({ seq }) => seq);
}

function oldest(account: number): number | null {
  return memory.oldest(account as AccountId);
}

test('gives back what it was given, whole and in order, however it is packed', () => {
  const random = new Random(7);
  const texts = ['{}', '{"id":"täglich ✓ 🚀"}', `{"long":"${'x'.repeat(5_000)}"}`, `"${'€'.repeat(900)}"`];
  const given = Array.from({ length: 3_000 }, (_, index) => ({
    channel: PRIVATE_CHANNELS[(index + 1) % 6]!,
    seq: index + 1,
    time: NOW + 7 * index,
    data: random.pick(texts),
  }));
  for (const [index, { data, time }] of given.entries()) {
    add(1, data, time);
    if (index % 100 === 0) memory.sweep(null);
  }
  expect([...memory.after(1 as AccountId, 0)]).toEqual(given);
  expect([...memory.after(1 as AccountId, 2_990)]).toEqual(given.slice(2_990));
  const fills = given.filter(({ channel }) => channel === 'fills').reverse();
  expect([...memory.logOf(1 as AccountId)!.newestFirst('fills')]).toEqual(fills);
  expect([seqsOf(2), oldest(2), oldest(1)]).toEqual([[], null, 1]);
});

test('counts what is listed as it is, however it is packed, since any moment', () => {
  const random = new Random(8);
  const statuses = ['ACTIVE', 'PENDING', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED'];
  const given = Array.from({ length: 4_000 }, (_, index) => {
    const data = `{"status":"${random.pick(statuses)}","updatedAt":"${'0'.repeat(random.between(1, 90))}"}`;
    return { channel: PRIVATE_CHANNELS[(index + 1) % 6]!, seq: index + 1, time: NOW + (index >> 2), data };
  });
  for (const [index, { data, time }] of given.entries()) {
    add(1, data, time);
    if (index % 100 === 0) memory.sweep(null);
  }
  const log = memory.logOf(1 as AccountId)!;
  for (const listed of LISTED) {
    for (const since of [0, NOW, NOW + 1, NOW + random.between(2, 998), NOW + 999, NOW + 1_000]) {
      const later = given.filter(({ time }) => time >= since);
      const count = later.filter((event) => isListed(event as PrivateEvent, listed)).length;
      expect(log.countSince(listed, since)).toEqual({ count, from: later[0]?.seq ?? null });
    }
    const before = random.between(1, 4_000);
    const candidates = [...log.candidates(listed, before, Number.POSITIVE_INFINITY)];
    const wanted = given.filter((event) => event.seq < before && isListed(event as PrivateEvent, listed));
    expect(candidates.filter((event) => isListed(event, listed))).toEqual(wanted.reverse());
  }
});

test('drops what is archived after a minute, and nothing that is not', () => {
  add(1);
  add(2);
  sweep(null);
  sweep(NOW);
  expect([seqsOf(1), seqsOf(2)]).toEqual([[1], [1]]);
  add(1);
  sweep(NOW + 1, 1);
  expect([seqsOf(1), seqsOf(2)]).toEqual([[2], []]);
  sweep(NOW + 1);
  expect([oldest(1), memory.bytes]).toEqual([null, 0]);
});

test('does not grow with a history of which all but the last minute is archived', () => {
  let most = 0;
  for (let second = 0; second < 600; second++) {
    for (let count = 0; count < 200; count++) add(count % 20, `"${'x'.repeat(400)}"`, NOW + 1_000 * second);
    sweep(NOW + 1_000 * (second - 1), 2);
    if (second === 120) most = memory.bytes;
    if (second > 120) expect(memory.bytes).toBeLessThanOrEqual(1.2 * most);
  }
  expect(counts.get(1 as AccountId)).toBe(6_000);
  expect(seqsOf(1).length).toBeLessThan(900);
});

test('keeps strictly within its bound, whoever has the events, and drops the oldest first', () => {
  const random = new Random(3);
  for (const accounts of [1, 50, 20_000]) {
    memory = new EventMemory(MIB);
    counts = new Map();
    let most = 0;
    for (let round = 0; round < 40_000; round++) {
      add(random.between(1, accounts), `"${'x'.repeat(random.between(0, 1_500))}"`);
      most = Math.max(most, memory.bytes);
      if (round % 500 === 0) memory.sweep(null);
    }
    expect(most).toBeLessThanOrEqual(MIB);
    let kept = 0;
    for (const [account, count] of counts) {
      const seqs = seqsOf(account);
      kept += seqs.length;
      expect(seqs).toEqual(
        Array.from({ length: seqs.length }, (_, index) => count - seqs.length + 1 + index),
      );
    }
    expect(kept).toBeGreaterThan(200);
    expect(kept).toBeLessThan(40_000);
  }
});

test('the logs silent for longest go whole, and a busy one keeps its end', () => {
  memory = new EventMemory(MIB);
  for (let account = 100; account < 200; account++) add(account);
  for (let count = 0; count < 5_000; count++) add(1, `"${'x'.repeat(400)}"`);
  for (let account = 100; account < 200; account++) expect(oldest(account)).toBeNull();
  expect(seqsOf(1).at(-1)).toBe(5_000);
});

test('one event larger than the bound is not kept, and does no harm', () => {
  memory = new EventMemory(MIB);
  add(1);
  add(2, `"${'x'.repeat(2 * MIB)}"`);
  expect([oldest(1), oldest(2), memory.bytes]).toEqual([null, null, 0]);
  add(2);
  expect(seqsOf(2)).toEqual([2]);
});

test('forgets everything when the exchange is rebuilt', () => {
  for (let count = 0; count < 5_000; count++) add(count % 7);
  memory.clear();
  expect([oldest(1), memory.bytes]).toEqual([null, 0]);
});
