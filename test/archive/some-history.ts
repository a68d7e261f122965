import { NaiveExchange } from '../exchange/twin/naive-exchange.js';
import { type Entry, Traffic } from '../exchange/twin/traffic.js';

/**
 * The entries of a random venue with trades, funding and liquidations, and at its end some that tell of so much at once
 * that what is written of them is split.
 */
export function someHistory(seed: number, entryCount: number, crowdCount: number): readonly Entry[] {
  const traffic = new Traffic(seed);
  const twin = new NaiveExchange();
  const entries = [traffic.opening()];
  while (entries.length < entryCount) {
    const { time, batch } = entries.at(-1)!;
    twin.applyBatch(time, batch);
    twin.takeEvents();
    entries.push(traffic.next(twin));
  }
  for (let count = 0; count < crowdCount; count++) entries.push(traffic.crowd(9_000));
  return entries;
}
