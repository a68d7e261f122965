import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { unending } from '../../src/exchange/accounts/membership.js';
import type { Charge, Command } from '../../src/exchange/command.js';
import type { Outcome } from '../../src/exchange/outcome.js';
import type { CommandQueueSettings } from '../../src/journal/command-queue-settings.js';
import { wholeCount } from '../../src/journal/whole-count.js';
import { until } from '../support/until.js';
import { TestGateway } from './gateway.js';
import { ACCOUNT, cancel, OPENING, place } from './orders.js';
import { openMemoryStores } from './stores.js';

const LIMIT = 200;

let gateway: TestGateway;

afterEach(() => gateway.stop());

async function start(settings: Partial<CommandQueueSettings> = {}): Promise<void> {
  gateway = new TestGateway(await openMemoryStores(), settings);
  await gateway.ready();
  await gateway.submitAll(OPENING);
  await gateway.submit({ kind: 'SET_MEMBERSHIP', account: ACCOUNT, membership: unending('BASIC') });
}

function charging(guards: number, isCancel = false): Charge {
  return { kind: 'CHARGE', account: ACCOUNT, meterId: 'key', requests: 1, cost: 1, isCancel, guards };
}

/** Submits commands behind a charge; the outcomes in the order in which they come. */
function submit(commands: readonly Command[], outcomes: (Outcome | null)[], isCancel = false) {
  const note = (outcome: Outcome) => outcomes.push(outcome);
  const guarded = commands.map((command) => ({ command, onOutcome: note }));
  return gateway.queue.submitGuarded(charging(guarded.length, isCancel), note, guarded);
}

test('a charge and what it guards share a batch, however small the batches are', async () => {
  await start({ batchCommandsMax: 4, batchBytesMax: 300 });
  const outcomes: Outcome[] = [];
  for (let round = 0; round < LIMIT + 20; round++) {
    const names = Array.from({ length: (round % 7) + 1 }, (_, index) => `${round}/${index}`);
    expect(
      submit(
        names.map((name) => place(name)),
        outcomes,
      ),
    ).toBeNull();
  }
  await until('all have an outcome', () => gateway.queue.waiting === 0);
  const placed = new Set(gateway.openOrders().map((name) => name.split('/')[0]));
  expect(placed.size).toBe(LIMIT);
  const refused = outcomes.filter(({ error }) => error === 'RATE_LIMITED');
  const expected = Array.from({ length: 20 }, (_, index) => ((LIMIT + index) % 7) + 2);
  expect(refused).toHaveLength(expected.reduce((sum, count) => sum + count, 0));
});

test('it is taken or refused as a whole, and a cancel may use the reserve for cancels', async () => {
  await start({ commandsMax: 10, cancelReserve: 3 });
  const outcomes: Outcome[] = [];
  for (let count = 0; count < 10; count++) gateway.queue.submit(place(`order ${count}`), () => {});
  expect(submit([place('late')], outcomes)).toBe('OVERLOADED');
  expect(submit([cancel('order 0')], outcomes, true)).toBeNull();
  await until('all have an outcome', () => gateway.queue.waiting === 0);
  expect(outcomes.map(({ error }) => error)).toEqual([null, null]);
  gateway.queue.close();
  expect(submit([cancel('order 1')], outcomes, true)).toBe('UNAVAILABLE');
  expect(outcomes).toHaveLength(2);
});

test('no cut parts a charge from what it guards', async () => {
  await start();
  const groups = fc.array(fc.option(fc.nat(6)), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(groups, fc.integer({ min: 1, max: 40 }), (drawn, countMax) => {
      // Null is a command by itself, a number a charge with so many behind it.
      const sizes = drawn.map((guards) => (guards === null ? 1 : guards + 1));
      const commands = drawn.flatMap((guards): Command[] =>
        guards === null
          ? [{ kind: 'TICK' }]
          : [charging(guards), ...Array.from({ length: guards }, (): Command => ({ kind: 'TICK' }))],
      );
      let most = 0;
      for (const size of sizes) {
        if (most > 0 && most + size > countMax) break;
        most += size;
      }
      expect(wholeCount(commands, countMax)).toBe(most);
    }),
    { numRuns: 1_000 },
  );
});
