import { expect, test } from 'vitest';
import { CounterNoise } from '../../src/market/counter-noise.js';

const COUNT = 100_000;

function moments(draw: (counter: number) => number): { mean: number; variance: number; lag: number } {
  let [sum, squares, products, previous] = [0, 0, 0, 0];
  for (let counter = 0; counter < COUNT; counter++) {
    const value = draw(counter);
    sum += value;
    squares += value * value;
    products += value * previous;
    previous = value;
  }
  const mean = sum / COUNT;
  return { mean, variance: squares / COUNT - mean * mean, lag: products / COUNT - mean * mean };
}

test('the same seed and coordinates give the same value on every machine', () => {
  const noise = new CounterNoise(1, 'BTC');
  expect([0, 1, 2 ** 40].map((counter) => noise.uniform(1, counter))).toEqual([
    0.46075146517250687, 0.6919806472724304, 0.3800735214026645,
  ]);
});

test('seed, name, stream, counter and index all matter, high bits too', () => {
  const values = [
    new CounterNoise(1, 'BTC').uniform(1, 1, 1),
    new CounterNoise(2, 'BTC').uniform(1, 1, 1),
    new CounterNoise(1 + 2 ** 32, 'BTC').uniform(1, 1, 1),
    new CounterNoise(1, 'BTD').uniform(1, 1, 1),
    new CounterNoise(1, 'BTC').uniform(2, 1, 1),
    new CounterNoise(1, 'BTC').uniform(1, 2, 1),
    new CounterNoise(1, 'BTC').uniform(1, 1 + 2 ** 32, 1),
    new CounterNoise(1, 'BTC').uniform(1, 1, 2),
  ];
  expect(new Set(values).size).toBe(values.length);
});

test('uniforms are evenly spread and do not follow from their neighbours', () => {
  const noise = new CounterNoise(7, 'ETH');
  const { mean, variance, lag } = moments((counter) => noise.uniform(3, counter));
  expect(mean).toBeCloseTo(1 / 2, 2);
  expect(variance).toBeCloseTo(1 / 12, 2);
  expect(lag).toBeCloseTo(0, 2);
});

test('normals have mean 0 and variance 1', () => {
  const noise = new CounterNoise(7, 'ETH');
  const { mean, variance, lag } = moments((counter) => noise.normal(3, counter));
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
  expect(lag).toBeCloseTo(0, 1);
});

test('a wander moves in small steps and gets around', () => {
  const noise = new CounterNoise(7, 'ETH');
  const values = Array.from({ length: 10_000 }, (_, counter) => noise.wander(3, counter, 100));
  const steps = values.slice(1).map((value, index) => Math.abs(value - values[index]!));
  expect(Math.max(...steps)).toBeLessThan(0.02);
  expect(Math.min(...values)).toBeLessThan(0.1);
  expect(Math.max(...values)).toBeGreaterThan(0.9);
});
