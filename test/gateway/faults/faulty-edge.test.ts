import { expect, test } from 'vitest';
import type { Faults } from '../../../src/exchange/clients/faults.js';
import type { Ppm } from '../../../src/exchange/units.js';
import { FaultyEdge } from '../../../src/gateway/faults/faulty-edge.js';
import { until } from '../../support/until.js';

const NONE: Faults = {
  latencyMs: 0,
  dropRate: 0 as Ppm,
  rejectRate: 0 as Ppm,
  isFrozen: false,
  seed: 1,
};

/** An edge, and what came through on either side. */
class TestEdge {
  readonly toClient: string[] = [];
  readonly fromClient: string[] = [];
  releases = 0;
  readonly edge = new FaultyEdge({
    toClient: (frame, isPrivate) => this.toClient.push(`${frame}${isPrivate ? '' : ' public'}`),
    fromClient: (text) => this.fromClient.push(text),
    released: () => {
      this.releases += 1;
    },
  });

  constructor(faults: Partial<Faults>) {
    this.edge.set({ ...NONE, ...faults });
  }

  send(...frames: readonly string[]): boolean[] {
    return frames.map((frame) => this.edge.holdsOutgoing(frame, true));
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('holds frames for as long as it is told, each way and in order', async () => {
  const test = new TestEdge({ latencyMs: 30 });
  const { edge, toClient, fromClient } = test;
  const startedAt = performance.now();
  expect([edge.holdsOutgoing('a', true), edge.holdsOutgoing('b', false)]).toEqual([true, true]);
  expect(edge.holdsIncoming('c')).toBe(true);
  expect(edge.heldBytes).toBe(2);
  await until('all came through', () => toClient.length === 2 && fromClient.length === 1);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
  expect([toClient, fromClient, edge.heldBytes]).toEqual([['a', 'b public'], ['c'], 0]);
  // What came in two milliseconds may leave in two.
  expect(test.releases).toBeGreaterThanOrEqual(2);
});

test('a frozen edge holds everything for the client until it thaws, and nothing of what the client sends', async () => {
  const test = new TestEdge({ isFrozen: true });
  test.send('a', 'b');
  expect(test.edge.holdsIncoming('c')).toBe(false);
  expect(test.edge.isNeedless).toBe(false);
  test.edge.set({ ...NONE, isFrozen: true, dropRate: 1 as Ppm });
  expect(test.send('c')).toEqual([true]);
  test.edge.set(null);
  expect([test.send('d'), test.edge.isNeedless]).toEqual([[true], false]);
  await until('all came through', () => test.toClient.length === 4);
  expect([test.toClient, test.edge.isNeedless]).toEqual([['a', 'b', 'c', 'd'], true]);
  expect(test.send('e')).toEqual([false]);
});

test('drops the share of frames it is told to, decided by the seed', () => {
  const dropped = (faults: Partial<Faults>) => {
    const { edge } = new TestEdge(faults);
    const drops = (isDropped: (number: number) => boolean) => numbers(300).filter(isDropped);
    return {
      events: drops((seq) => edge.dropsEvent(seq)),
      responses: drops(() => edge.dropsResponse()),
      publics: drops(() => edge.dropsPublic()),
    };
  };
  const third = dropped({ dropRate: 333_333 as Ppm, seed: 5 });
  for (const struck of Object.values(third)) {
    expect(struck.length).toBeGreaterThan(60);
    expect(struck.length).toBeLessThan(140);
  }
  expect(third.events).not.toEqual(third.responses);
  expect(dropped({ dropRate: 333_333 as Ppm, seed: 5 })).toEqual(third);
  expect(dropped({ dropRate: 333_333 as Ppm, seed: 6 })).not.toEqual(third);
  expect(dropped({})).toEqual({ events: [], responses: [], publics: [] });
  expect(dropped({ dropRate: 1_000_000 as Ppm }).events).toEqual(numbers(300));
});

test('an event is dropped for its number, whichever came before', () => {
  const { edge } = new TestEdge({ dropRate: 500_000 as Ppm });
  const forward = numbers(50).filter((seq) => edge.dropsEvent(seq));
  const backward = numbers(50)
    .reverse()
    .filter((seq) => edge.dropsEvent(seq));
  expect(backward.reverse()).toEqual(forward);
});

test('has room for about a MiB of what the client sends, in small frames too', () => {
  for (const text of ['{}', 'x'.repeat(60_000)]) {
    const { edge } = new TestEdge({ latencyMs: 60_000 });
    let held = 0;
    while (edge.holdsIncoming(text) === true) held += 1;
    expect(held * (text.length + 100)).toBeGreaterThan(900_000);
    expect(held).toBeLessThan(11_000);
    expect(edge.holdsIncoming(text)).toBeNull();
    edge.clear();
    expect(edge.isNeedless).toBe(false);
    expect(edge.holdsIncoming(text)).toBe(true);
    edge.clear();
  }
});
