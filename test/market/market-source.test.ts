import { expect, test } from 'vitest';
import { chooseMarketSource } from '../../src/market/market-source.js';

test('synthetic and sandbox are sources', () => {
  expect(chooseMarketSource('synthetic')).toEqual({ source: 'SYNTHETIC' });
  expect(chooseMarketSource('sandbox')).toEqual({ source: 'SANDBOX' });
});

test.each(['live', 'recording:day.jsonl', 'recording:', 'Synthetic', ''])('%j is refused with one line', (setting) => {
  const choice = chooseMarketSource(setting);
  expect(choice.source).toBeNull();
  expect(choice).toMatchObject({ refusal: expect.stringMatching(/^MARKET=.*; use synthetic or sandbox$/) });
});
