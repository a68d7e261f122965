import { expect, test } from 'vitest';
import { plainId } from '../../src/api/stream/plain-id.js';

test('an id is seen in the beginning and in the end of a request', () => {
  expect(plainId('{"id":0}')).toBe('0');
  expect(plainId('{"id":7,"method":"ping"}')).toBe('7');
  expect(plainId('{ "method": "order.place", "id": "a-1", "params": {} }')).toBe('"a-1"');
  expect(plainId(`{"method":"ping","params":["${'x'.repeat(10_000)}"],"id":12}`)).toBe('12');
});

test('what is not plain is left to a parser', () => {
  const texts = [
    '',
    '[]',
    '{"id":07,"a":1}',
    '{"id":1.5,"a":1}',
    '{"id":"a\\u0022","a":1}',
    '{"params":{"a":1,"id":5}}',
  ];
  for (const text of texts) expect(plainId(text)).toBeNull();
});
