import { expect, test } from 'vitest';
import { verdictBeside, verdictOnMost } from '../../bench/promises.js';

const QUIET = [5_000, 5_100, 4_900, 5_050, 4_950];

const times = (factor: number, values: readonly number[]) => values.map((value) => factor * value);

test('what is promised to be at most so much is kept up to there', () => {
  expect([20_000, 20_001, Number.NaN].map((bytes) => verdictOnMost(bytes, 20_000))).toEqual([
    'KEPT',
    'BROKEN',
    'BROKEN',
  ]);
});

test('a bystander that is slower by more than the noise is slowed', () => {
  expect(verdictBeside(QUIET, QUIET)).toBe('KEPT');
  expect(verdictBeside(QUIET, times(0.1, QUIET))).toBe('KEPT');
  expect(verdictBeside(QUIET, times(1.39, QUIET))).toBe('KEPT');
  expect(verdictBeside(QUIET, times(1.5, QUIET))).toBe('BROKEN');
});

test('noise allows for as much, and beyond a bound for no judgement', () => {
  const noisy = [3_000, 3_500, 5_000, 7_000, 9_000];
  expect(verdictBeside(noisy, times(1.6, noisy))).toBe('KEPT');
  expect(verdictBeside(noisy, times(1.8, noisy))).toBe('BROKEN');
  expect(verdictBeside([1_000, 1_500, 5_000, 12_000, 13_000], times(9, QUIET))).toBe('TOO NOISY TO JUDGE');
});

test('a turn of the frames of others is waited for', () => {
  const short = [200, 210, 300, 700, 800];
  expect(verdictBeside(short, times(2, short))).toBe('KEPT');
  expect(verdictBeside(short, times(8, short))).toBe('BROKEN');
});

test('one round that was disturbed changes nothing', () => {
  expect(verdictBeside([...QUIET, 900_000], [...QUIET, 900_000])).toBe('KEPT');
  expect(verdictBeside([...QUIET, 900_000], times(1.5, QUIET))).toBe('BROKEN');
});

test('a few rounds are not judged', () => {
  expect(verdictBeside([5_000], [50_000])).toBe('TOO FEW ROUNDS TO JUDGE');
  expect(verdictBeside([], [])).toBe('TOO FEW ROUNDS TO JUDGE');
});
