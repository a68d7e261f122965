import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Position } from '../../src/exchange/units.js';
import { continuityAfter } from '../../src/journal/continuity.js';
import { BEGINNING, compareEntryIds, type EntryId, entryTime } from '../../src/journal/journal.js';
import { openMemoryStores, openRedisStores, type Stores } from './stores.js';

const IMPLEMENTATIONS = [
  ['Redis', () => openRedisStores()],
  ['memory', () => openMemoryStores()],
] as const;

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe.each(IMPLEMENTATIONS)('the %s journal', (_name, open) => {
  let stores: Stores;

  beforeEach(async () => {
    stores = await open();
  });
  afterEach(() => stores.close());

  async function texts(after: EntryId, waitMs = 0): Promise<string[]> {
    const entries = await stores.journal.read(after, waitMs);
    return entries.map((entry) => new TextDecoder().decode(entry.bytes));
  }

  function label(entryId: EntryId, position: number) {
    return { entryId, position: position as Position, engineVersion: 1 };
  }

  test('does not exist until it is founded, and is founded once', async () => {
    const { journal } = stores;
    expect(await journal.extent()).toBeNull();
    await expect(journal.append(bytesOf('lost'))).rejects.toMatchObject({ reason: 'VANISHED' });
    const founded = await Promise.all([
      journal.found(BEGINNING, bytesOf('first')),
      journal.found(BEGINNING, bytesOf('first')),
    ]);
    expect(founded.filter(Boolean)).toHaveLength(1);
    expect(await texts(BEGINNING)).toEqual(['first']);
  });

  test('keeps entries byte for byte, in order, under growing ids that tell the time', async () => {
    const { journal } = stores;
    const before = Date.now();
    const every = Uint8Array.from({ length: 256 }, (_, index) => index);
    await journal.found(BEGINNING, every);
    const second = await journal.append(bytesOf('second'));
    const third = await journal.append(bytesOf('third'));
    const entries = await journal.read(BEGINNING, 0);
    expect([...entries[0]!.bytes]).toEqual([...every]);
    expect(entries.slice(1).map((entry) => entry.id)).toEqual([second, third]);
    expect(compareEntryIds(second, third)).toBeLessThan(0);
    expect(entryTime(second)).toBeGreaterThanOrEqual(before);
    expect(entryTime(second)).toBeLessThanOrEqual(Date.now());
    expect(await texts(second)).toEqual(['third']);
  });

  test('a read that waits gets what is appended meanwhile, or nothing in the end', async () => {
    const { journal } = stores;
    await journal.found(BEGINNING, bytesOf('first'));
    const [first] = await journal.read(BEGINNING, 0);
    expect(await texts(first!.id, 20)).toEqual([]);
    const waiting = texts(first!.id, 10_000);
    await journal.append(bytesOf('second'));
    expect(await waiting).toEqual(['second']);
  });

  test('tells whether a reader may go on from an entry', async () => {
    const { journal, snapshots } = stores;
    expect(await continuityAfter(journal, BEGINNING)).toBe('VANISHED');
    await journal.found(BEGINNING, bytesOf('first'));
    const ids: EntryId[] = [];
    for (const text of ['a', 'b', 'c']) ids.push(await journal.append(bytesOf(text)));
    for (const id of [BEGINNING, ...ids]) expect(await continuityAfter(journal, id)).toBe('INTACT');
    const beyond = `${entryTime(ids[2]!) + 1}-0` as EntryId;
    expect(await continuityAfter(journal, beyond)).toBe('REWOUND');
    const between = `${ids[1]}9` as EntryId;
    expect(await continuityAfter(journal, between)).toBe('REWOUND');
    await snapshots.save(label(ids[1]!, 3), bytesOf('older'));
    await snapshots.save(label(ids[2]!, 4), bytesOf('newer'));
    expect(await continuityAfter(journal, BEGINNING)).toBe('TRIMMED');
    expect(await continuityAfter(journal, ids[0]!)).toBe('TRIMMED');
    expect(await continuityAfter(journal, ids[1]!)).toBe('INTACT');
  });

  test('goes on from a snapshot when its entries are gone', async () => {
    const { journal } = stores;
    const after = `${Date.now() + 60_000}-3` as EntryId;
    expect(await journal.found(after, bytesOf('next'))).toBe(true);
    expect(await continuityAfter(journal, after)).toBe('INTACT');
    expect(await texts(after)).toEqual(['next']);
    expect(await journal.found(after, bytesOf('again'))).toBe(false);
    const farther = `${Date.now() + 120_000}-0` as EntryId;
    expect(await journal.found(farther, bytesOf('farther'))).toBe(true);
    expect(await texts(farther)).toEqual(['farther']);
    expect((await journal.extent())?.first).toBe(farther);
  });

  test('is complete only while it tells the whole story', async () => {
    const { journal } = stores;
    await journal.found(BEGINNING, bytesOf('first'));
    expect((await journal.extent())?.complete).toBe(true);
    await journal.found(`${Date.now() + 60_000}-0` as EntryId, bytesOf('after a snapshot'));
    expect((await journal.extent())?.complete).toBe(false);
  });

  test('keeps the newest two snapshots and trims behind the older', async () => {
    const { journal, snapshots } = stores;
    await journal.found(BEGINNING, bytesOf('first'));
    const ids: EntryId[] = [];
    for (let number = 0; number < 300; number++) ids.push(await journal.append(bytesOf(`entry ${number}`)));
    const large = new Uint8Array(9 * 1024 * 1024).map((_, index) => index % 251);
    await snapshots.save(label(ids[100]!, 102), bytesOf('oldest'));
    expect(await journal.contains(ids[0]!)).toBe(true);
    await snapshots.save(label(ids[200]!, 202), large);
    expect((await journal.extent())?.first).toBe(ids[100]);
    await snapshots.save(label(ids[299]!, 301), bytesOf('newest'));
    expect((await journal.extent())?.first).toBe(ids[200]);

    const kept = await snapshots.list();
    expect(kept.map(({ entryId, position }) => [entryId, position])).toEqual([
      [ids[299], 301],
      [ids[200], 202],
    ]);
    expect(Buffer.compare((await snapshots.load(kept[1]!))!, large)).toBe(0);
    expect(await texts(ids[298]!)).toEqual(['entry 299']);
  });
});
