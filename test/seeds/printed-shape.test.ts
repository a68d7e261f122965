import { expect, test } from 'vitest';
import { shapeFaults } from './printed-shape.js';

const PRINTED = {
  id: 'key-uuid',
  key: 'pe_abc',
  at: '2024-01-01T00:00:00Z',
  message: 'Trading is open',
  avatar: null,
  keys: [{ size: 1.5 }],
};
const GIVEN = {
  id: '1',
  key: 'pe_x',
  at: '2026-11-22T01:02:03Z',
  message: 'Trading is open, too',
  avatar: null,
  keys: [{ size: 2, more: true }],
};

test('an answer in the printed shape is accepted', () => {
  expect(shapeFaults(PRINTED, GIVEN)).toEqual([]);
  expect(shapeFaults(PRINTED, { ...GIVEN, id: null }, ['id'])).toEqual([]);
});

test.each([
  ['id', undefined],
  ['id', 1],
  ['id', null],
  ['key', 'tw_x'],
  ['at', '2026-11-22T01:02:03.000Z'],
  ['message', 'Trading is closed'],
  ['avatar', 1],
  ['keys', []],
  ['keys', [{ size: '2' }]],
  ['keys', {}],
])('%s as %j is not', (name, value) => {
  const { [name as 'id']: _, ...rest } = GIVEN;
  const given = value === undefined ? rest : { ...GIVEN, [name]: value };
  expect(shapeFaults(PRINTED, given)).toHaveLength(1);
});
