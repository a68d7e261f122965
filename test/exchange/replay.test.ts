import { describe, expect, test } from 'vitest';
import { decodeBatch, encodeBatch } from '../../src/exchange/codec/batch.js';
import { encodeSnapshot, restoreSnapshot } from '../../src/exchange/codec/snapshot.js';
import { stateHash } from '../../src/exchange/codec/state-hash.js';
import { Exchange } from '../../src/exchange/exchange.js';
import { EventRecorder } from '../support/event-recorder.js';
import { type Entry, PREDICTION_TERRAINS, SESSION_TERRAINS, TERRAINS } from './twin/traffic.js';
import { drawEntries } from './twin/twin.js';

const SEEDS = [201, 202, 203];
/** In the second history the equity keeps the hours of its exchange, in the third predictions settle. */
const TERRAINS_BY_SEED = new Map([
  [201, TERRAINS],
  [202, SESSION_TERRAINS],
  [203, PREDICTION_TERRAINS],
]);
const ENTRIES_PER_RUN = 3_000;
const SNAPSHOT_EVERY = 150;

interface Replica {
  readonly exchange: Exchange;
  readonly recorder: EventRecorder;
}

function fresh(): Replica {
  const recorder = new EventRecorder();
  return { exchange: new Exchange(recorder), recorder };
}

function applyAll({ exchange }: Replica, entries: readonly Entry[]): void {
  for (const { time, batch } of entries) exchange.applyBatch(time, batch, null);
}

describe.each(SEEDS)('the history of seed %i', (seed) => {
  const entries = drawEntries(seed, ENTRIES_PER_RUN, TERRAINS_BY_SEED.get(seed));
  const live = fresh();
  applyAll(live, entries);

  test('gives the same events and the same state when it is replayed from its bytes', () => {
    const replay = fresh();
    applyAll(
      replay,
      entries.map(({ time, batch }) => ({ time, batch: decodeBatch(encodeBatch(batch)) })),
    );
    expect(replay.recorder.events).toEqual(live.recorder.events);
    expect(stateHash(replay.exchange)).toBe(stateHash(live.exchange));
  });

  test('goes on from a snapshot of any moment as if nothing had happened', () => {
    const original = fresh();
    for (let start = 0; start < entries.length; start += SNAPSHOT_EVERY) {
      applyAll(original, entries.slice(start, start + SNAPSHOT_EVERY));
      const bytes = encodeSnapshot(original.exchange);
      const recorder = new EventRecorder();
      const restored = { exchange: restoreSnapshot(bytes, recorder), recorder };
      expect(Buffer.compare(encodeSnapshot(restored.exchange), bytes)).toBe(0);
      expect(restored.exchange.nextDueAt).toBe(original.exchange.nextDueAt);

      applyAll(restored, entries.slice(start + SNAPSHOT_EVERY));
      expect(stateHash(restored.exchange)).toBe(stateHash(live.exchange));
      const missed = live.recorder.events.slice(-recorder.events.length);
      expect(recorder.events.length === 0 ? [] : missed).toEqual(recorder.events);
    }
  });

  test('is not changed by batches that are sent twice, but for the position', () => {
    const repeated = fresh();
    for (const { time, batch } of entries) {
      repeated.exchange.applyBatch(time, batch, null);
      const { position } = repeated.exchange;
      expect(repeated.exchange.applyBatch(time, batch, () => expect.unreachable())).toBe(false);
      expect(repeated.exchange.position).toBe(position + 1);
      repeated.exchange.state.position = position;
    }
    expect(stateHash(repeated.exchange)).toBe(stateHash(live.exchange));
    expect(repeated.recorder.events).toEqual(live.recorder.events);
  });

  test('has another hash where anything differs', () => {
    const changed = fresh();
    applyAll(changed, entries.slice(0, -1));
    changed.exchange.state.position = live.exchange.position;
    const { time } = entries.at(-1)!;
    const batch = { incarnation: 'other', number: 1, commands: [{ kind: 'TICK' }] } as const;
    changed.exchange.applyBatch(time, batch, null);
    expect(stateHash(changed.exchange)).not.toBe(stateHash(live.exchange));
  });
});
