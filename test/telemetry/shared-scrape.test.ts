import { expect, test } from 'vitest';
import { SharedScrape } from '../../src/telemetry/shared-scrape.js';

test('metrics are read once for all who ask within a moment, and again for the next', async () => {
  let readings = 0;
  let nowMs = 1_000;
  const metrics = async () => `reading ${++readings}`;
  const scrape = new SharedScrape({ contentType: 'text/plain', metrics }, () => nowMs);
  expect(await Promise.all([scrape.metrics(), scrape.metrics()])).toEqual(['reading 1', 'reading 1']);
  nowMs += 249;
  expect(await scrape.metrics()).toBe('reading 1');
  nowMs += 1;
  expect(await scrape.metrics()).toBe('reading 2');
  expect(scrape.contentType).toBe('text/plain');
});
