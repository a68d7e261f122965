import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FrameTurns } from '../../../src/gateway/transports/frame-turns.js';
import { until } from '../../support/until.js';

/** Longer than a turn is. */
const LONG_MS = 5;

/** Takes frames whose handling takes a whole turn each, and keeps a record of them. */
class Turns extends FrameTurns<string> {
  readonly handled: string[];

  constructor(bytesMax = 1_000_000) {
    const handled: string[] = [];
    super(bytesMax, (sender, text) => {
      const untilMs = performance.now() + LONG_MS;
      while (performance.now() < untilMs);
      handled.push(`${sender}${text}`);
    });
    this.handled = handled;
  }

  takeMany(sender: string, texts: readonly string[]): boolean[] {
    return texts.map((text) => this.take(sender, text));
  }
}

test('what a turn has no time for is handled in those that follow, in its order', async () => {
  const turns = new Turns();
  turns.takeMany('a', ['1', '2', '3', '4']);
  expect(turns.handled).toEqual(['a1']);
  await nextTurn();
  expect(turns.handled).toEqual(['a1', 'a2']);
  turns.takeMany('a', ['5']);
  await until('all are handled', () => turns.handled.length === 5);
  expect(turns.handled).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
  await nextTurn();
  turns.take('a', '6');
  expect(turns.handled.at(-1)).toBe('a6');
});

test('one that has just begun to wait does not wait for all those that have sent much', async () => {
  const turns = new Turns();
  const many = Array.from({ length: 8 }, (_, index) => `${index}`);
  for (const sender of ['a', 'b', 'c']) turns.takeMany(sender, many);
  await until('all wait their turns', () => turns.handled.length > 5);
  const before = turns.handled.length;
  turns.take('z', '');
  await until('all are handled', () => turns.handled.length === 25);
  expect(turns.handled.indexOf('z') - before).toBeLessThan(2);
  expect(turns.handled.filter((name) => name.startsWith('b'))).toEqual(many.map((index) => `b${index}`));
});

test('a stream of newcomers does not keep the others waiting', async () => {
  const turns = new Turns();
  turns.takeMany('a', ['1', '2', '3', '4', '5']);
  for (let round = 0; round < 20 && !turns.handled.includes('a5'); round++) {
    turns.takeMany(`${round}-`, ['']);
    turns.takeMany(`${round}+`, ['']);
    await nextTurn();
  }
  expect(turns.handled).toContain('a5');
  await until('all are handled', () => turns.take('z', ''));
});

test('what waits is bounded, and there is room for another', async () => {
  const turns = new Turns(1_000_000);
  turns.take('a', '');
  const texts = Array.from({ length: 1_000 }, () => 'x'.repeat(100));
  const taken = turns.takeMany('a', texts).filter((isTaken) => isTaken).length;
  expect(taken).toBeLessThan(300);
  expect(turns.take('b', 'x'.repeat(10_000))).toBe(true);
  turns.forget('a');
  turns.forget('b');
  turns.forget('nobody');
  await nextTurn();
  turns.take('a', '');
  expect(turns.takeMany('a', texts).filter((isTaken) => isTaken).length).toBe(taken);
  turns.forget('a');
  await nextTurn();
  expect(turns.handled).toEqual(['a', 'a']);
});

test('of what comes in one turn no more is kept than one sender may have, and a little of each', () => {
  const turns = new Turns(1_000_000);
  turns.take('a', '');
  const texts = Array.from({ length: 1_000 }, () => 'x'.repeat(100));
  const [first, ...others] = ['a', 'b', 'c', 'd'].map(
    (sender) => turns.takeMany(sender, texts).filter((isTaken) => isTaken).length,
  );
  expect(others[2]).toBeLessThan(first! / 2);
  expect(others[2]).toBeGreaterThan(0);
});

test('who has little waiting is refused nothing, however much others have sent', () => {
  const turns = new Turns(100_000);
  turns.take('a', '');
  for (let sender = 0; sender < 200; sender++) {
    const taken = turns.takeMany(`${sender}`, Array<string>(100).fill('x'.repeat(1_000)));
    expect(taken.indexOf(false)).toBe(taken.lastIndexOf(true) + 1);
  }
  expect(turns.takeMany('b', Array<string>(10).fill('x'.repeat(500)))).not.toContain(false);
  expect(turns.takeMany('c', ['\u{1F4C8}'.repeat(20_000), ''])).toEqual([true, false]);
});
