import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlacedHeap } from '../../../src/exchange/orders/placed-heap.js';

interface Item {
  readonly key: number;
  readonly id: number;
}

function isBefore(one: Item, other: Item): boolean {
  return one.key < other.key || (one.key === other.key && one.id < other.id);
}

test('a heap gives its items in order, whatever was taken out of its middle', () => {
  const keys = fc.array(fc.record({ key: fc.nat(20), isRemoved: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(keys, (drawn) => {
      const heap = new PlacedHeap<Item>(isBefore);
      const items = drawn.map(({ key }, id): Item => ({ key, id }));
      for (const item of items) heap.push(item);
      const kept = items.filter((_item, id) => !drawn[id]!.isRemoved);
      for (const item of items) if (!kept.includes(item)) heap.remove(item);
      const taken: Item[] = [];
      for (let first = heap.first; first !== undefined; first = heap.first) {
        heap.remove(first);
        heap.remove(first);
        taken.push(first);
      }
      expect(taken).toEqual([...kept].sort((one, other) => one.key - other.key || one.id - other.id));
    }),
  );
});
