import { expect, test } from 'vitest';
import { answeredId, orderIdIn } from '../../bench/answers.js';

const ORDER_ID = '3f0f6f9e-6f0a-4c57-9f2e-5b8f4f1f7a10';

/** Reads a message that lies somewhere inside a larger buffer. */
function idOf(message: unknown): number {
  const text = JSON.stringify(message);
  const bytes = Buffer.from(`….${text}{"orderId":"${'f'.repeat(36)}"}`);
  const start = Buffer.byteLength('….');
  return answeredId(bytes, start, start + text.length);
}

test('a result gives its id, an error the negated id, anything else 0', () => {
  expect(idOf({ id: 17, result: {} })).toBe(17);
  expect(idOf({ id: 17, error: { code: 'OVERLOADED' } })).toBe(-17);
  expect(idOf({ channel: 'orders', seq: 1, prev: 0, data: {} })).toBe(0);
});

test('the order of the fields does not matter', () => {
  expect(idOf({ result: {}, id: 17 })).toBe(17);
  expect(idOf({ error: {}, id: 17 })).toBe(-17);
  expect(idOf({ type: 'hello' })).toBe(0);
});

test('the order id is that of this answer', () => {
  const bytes = Buffer.from(`{"id":1,"result":{"order":{"orderId":"${ORDER_ID}"}}}`);
  expect(orderIdIn(bytes, 0, bytes.length)).toBe(ORDER_ID);
  const two = Buffer.concat([Buffer.from('{"id":1,"result":{}}'), bytes]);
  expect(() => orderIdIn(two, 0, 20)).toThrow('no order id');
});
