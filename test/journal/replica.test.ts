import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeBatch } from '../../src/exchange/codec/batch.js';
import { encodeSnapshot, restoreSnapshot } from '../../src/exchange/codec/snapshot.js';
import { stateHash } from '../../src/exchange/codec/state-hash.js';
import { DEAF_LISTENER } from '../../src/exchange/event.js';
import { Exchange } from '../../src/exchange/exchange.js';
import { ForeignEngineVersion } from '../../src/journal/foreign-engine-version.js';
import { BEGINNING, type Entry } from '../../src/journal/journal.js';
import { applyEntry, TO_NOBODY } from '../../src/journal/replay.js';
import { UnrestorableVenue } from '../../src/journal/restore.js';
import { until } from '../support/until.js';
import { TestGateway } from './gateway.js';
import { OPENING, place, trading } from './orders.js';
import { newVenueName, openRedisStores, SILENT, testRedisUrl } from './stores.js';
import { writeSnapshot } from './write-snapshot.js';

let venue: string;
let redis: Redis;
let gateways: TestGateway[];

beforeEach(() => {
  venue = newVenueName();
  redis = new Redis(testRedisUrl().replace('unix://', ''));
  gateways = [];
});

afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  redis.disconnect();
});

async function startGateway(): Promise<TestGateway> {
  const gateway = new TestGateway(await openRedisStores(venue));
  gateways.push(gateway);
  return gateway;
}

async function openVenue(): Promise<TestGateway> {
  const gateway = await startGateway();
  await gateway.ready();
  await gateway.submitAll(OPENING);
  return gateway;
}

function key(name: string): string {
  return `{tw:${venue}}:${name}`;
}

/** Over connections of its own, as the snapshot's thread has: the replica's reader is always waiting. */
async function snapshot(gateway: TestGateway): Promise<void> {
  const { journal, snapshots, close } = await openRedisStores(venue);
  expect(await writeSnapshot(journal, snapshots, gateway.replica.entryId, SILENT)).not.toBeNull();
  close();
}

async function atSamePosition(a: TestGateway, b: TestGateway): Promise<void> {
  await until('both have applied the same', () => a.exchange.position === b.exchange.position);
}

describe('a venue', () => {
  test('begins with an epoch, and every gateway holds the same exchange', async () => {
    const first = await openVenue();
    const second = await startGateway();
    await second.ready();
    expect(first.exchange.epoch).not.toBe('');
    for (let round = 0; round < 20; round++) {
      await Promise.all([first.submitAll(trading(round)), second.submit(place(`second ${round}`))]);
    }
    await atSamePosition(first, second);
    expect(stateHash(second.exchange)).toBe(stateHash(first.exchange));
    expect(second.exchange.epoch).toBe(first.exchange.epoch);
    expect(first.resets).toHaveLength(1);
    expect(first.turns).toBeGreaterThan(0);
  });

  test('takes commands from the moment in which it says that it is ready', async () => {
    const gateway = await startGateway();
    const refusals: unknown[] = [];
    gateway.onReady = () => refusals.push(gateway.queue.submit({ kind: 'TICK' }, () => {}));
    await gateway.ready();
    expect(refusals).toEqual([null]);
  });

  test('is the same after snapshots, a trim and a restart', async () => {
    const gateway = await openVenue();
    for (let round = 0; round < 150; round++) {
      await gateway.submitAll(trading(round));
      if (round % 40 === 39) {
        await snapshot(gateway);
      }
    }
    expect((await gateway.stores.journal.extent())?.complete).toBe(false);
    const restarted = await startGateway();
    await restarted.ready();
    expect(restarted.replica.commandsApplied).toBeLessThan(40 * 4);
    expect(restarted.exchange.position).toBe(gateway.exchange.position);
    expect(stateHash(restarted.exchange)).toBe(stateHash(gateway.exchange));
  });

  test('falls back to the older snapshot when the newer one is damaged, and stops when both are', async () => {
    const gateway = await openVenue();
    const { snapshots } = gateway.stores;
    for (let round = 0; round < 4; round++) {
      await gateway.submitAll(trading(round));
      await snapshot(gateway);
    }
    const [newer, older] = await snapshots.list();
    await redis.hset(newer!.key, 'chunk:0', 'damaged');
    const restarted = await startGateway();
    await restarted.ready();
    expect(stateHash(restarted.exchange)).toBe(stateHash(gateway.exchange));

    await redis.hset(older!.key, 'chunk:0', 'damaged');
    const hopeless = await startGateway();
    await hopeless.ended;
    expect(hopeless.failure).toBeInstanceOf(UnrestorableVenue);
  });

  test('can be rebuilt after a crash, and from a snapshot, at every entry', async () => {
    const gateway = await openVenue();
    for (let round = 0; round < 60; round++) {
      await gateway.submitAll(trading(round));
      if (round === 20) await snapshot(gateway);
    }
    const { snapshots } = gateway.stores;
    const newest = (await snapshots.list())[0]!;
    const bytes = (await snapshots.load(newest))!;
    const entries = await allEntries();
    const tail = entries.slice(entries.findIndex((entry) => entry.id === newest.entryId) + 1);
    expect(tail.length).toBeGreaterThan(30);
    const live = restoreSnapshot(bytes, DEAF_LISTENER);
    for (let crash = 1; crash <= tail.length; crash++) {
      applyEntry(live, tail[crash - 1]!, TO_NOBODY);
      const rebuilt = restoreSnapshot(bytes, DEAF_LISTENER);
      for (const entry of tail.slice(0, crash)) applyEntry(rebuilt, entry, TO_NOBODY);
      expect(stateHash(rebuilt)).toBe(stateHash(live));
      const resumed = restoreSnapshot(encodeSnapshot(live), DEAF_LISTENER);
      for (const entry of tail.slice(crash)) applyEntry(resumed, entry, TO_NOBODY);
      expect(stateHash(resumed)).toBe(stateHash(gateway.exchange));
    }
  });

  test('replayed from the first entry is the live one', async () => {
    const gateway = await openVenue();
    for (let round = 0; round < 30; round++) await gateway.submitAll(trading(round));
    const replayed = new Exchange(DEAF_LISTENER);
    for (const entry of await allEntries()) applyEntry(replayed, entry, TO_NOBODY);
    expect(stateHash(replayed)).toBe(stateHash(gateway.exchange));
  });
});

describe('a history that was lost', () => {
  test('the keys of the venue vanish: every gateway goes on empty, under one new epoch', async () => {
    const first = await openVenue();
    const second = await startGateway();
    await second.ready();
    const { epoch } = first.exchange;
    await redis.del(key('journal'), key('snapshots'));
    await until('both have a new epoch', () => [first, second].every(isAfter(epoch)));
    await Promise.all([first.ready(), second.ready()]);
    await first.submitAll(OPENING);
    await atSamePosition(first, second);
    expect(second.exchange.epoch).toBe(first.exchange.epoch);
    expect(stateHash(second.exchange)).toBe(stateHash(first.exchange));
    expect(first.resets.length).toBeGreaterThan(1);
  });

  test('only the journal vanishes: the newest snapshot is what is left', async () => {
    const gateway = await openVenue();
    await gateway.submit(place('kept'));
    await snapshot(gateway);
    await gateway.submit(place('lost'));
    const { epoch } = gateway.exchange;
    await redis.del(key('journal'));
    await until('there is a new epoch', () => isAfter(epoch)(gateway));
    await gateway.ready();
    expect(gateway.openOrders()).toEqual(['kept']);
    await gateway.submit(place('later'));
    const restarted = await startGateway();
    await restarted.ready();
    expect(restarted.openOrders()).toEqual(['kept', 'later']);
    expect(stateHash(restarted.exchange)).toBe(stateHash(gateway.exchange));
  });

  test('the journal vanishes and then the snapshots: nothing is left to go on from, and that is said', async () => {
    const gateway = await openVenue();
    await snapshot(gateway);
    const { epoch } = gateway.exchange;
    await redis.del(key('journal'));
    await until('there is a new epoch', () => isAfter(epoch)(gateway));
    await redis.del(key('snapshots'));
    const hopeless = await startGateway();
    await hopeless.ended;
    expect(hopeless.failure).toBeInstanceOf(UnrestorableVenue);
  });

  test('the journal is rewound: a new epoch, and the orders that were lost are not shown any more', async () => {
    const gateway = await openVenue();
    await gateway.submit(place('kept'));
    await redis.copy(key('journal'), key('backup'));
    await gateway.submit(place('lost'));
    const { epoch } = gateway.exchange;
    await redis.rename(key('backup'), key('journal'));
    await until('there is a new epoch', () => isAfter(epoch)(gateway));
    await gateway.ready();
    expect(gateway.openOrders()).toEqual(['kept']);
    expect(gateway.resets).toHaveLength(2);
    const restarted = await startGateway();
    await restarted.ready();
    expect(restarted.exchange.epoch).toBe(gateway.exchange.epoch);
  });

  test('the journal is rewound under several gateways: they go on under one new epoch', async () => {
    const all = [await openVenue(), await startGateway(), await startGateway()];
    await Promise.all(all.map((gateway) => gateway.ready()));
    await all[0]!.submit(place('kept'));
    await redis.copy(key('journal'), key('backup'));
    await all[0]!.submit(place('lost'));
    for (const gateway of all) await atSamePosition(gateway, all[0]!);
    const { epoch } = all[0]!.exchange;
    await redis.rename(key('backup'), key('journal'));
    await until('there is a new epoch', () => all.every(isAfter(epoch)));
    await Promise.all(all.map((gateway) => gateway.ready()));
    await all[0]!.submit(place('later'));
    for (const gateway of all) {
      await atSamePosition(gateway, all[0]!);
      expect(gateway.exchange.epoch).toBe(all[0]!.exchange.epoch);
      expect(gateway.openOrders()).toEqual(['kept', 'later']);
      expect(gateway.resets).toHaveLength(2);
    }
  });

  test('more is lost than the last epoch: the one before it does not come back', async () => {
    const gateway = await openVenue();
    await redis.copy(key('journal'), key('backup'));
    const epochs = [gateway.exchange.epoch];
    for (const round of [1, 2]) {
      await gateway.submit(place(`lost ${round}`));
      await redis.copy(key('backup'), key('journal'), 'REPLACE');
      await until('there is a new epoch', () => epochs.every((epoch) => isAfter(epoch)(gateway)));
      await gateway.ready();
      expect(gateway.openOrders()).toEqual([]);
      epochs.push(gateway.exchange.epoch);
    }
    expect(new Set(epochs).size).toBe(3);
  });
});

test('an epoch that another gateway began makes this one rebuild its exchange, and the second of two does not', async () => {
  const gateway = await openVenue();
  await gateway.submit(place('kept'));
  const { epoch: after, serverRunId } = gateway.exchange;
  for (const [index, epoch] of ['of another gateway', 'of a third'].entries()) {
    const commands = [{ kind: 'BEGIN_EPOCH', epoch, after, serverRunId }] as const;
    const bytes = encodeBatch({ incarnation: `another ${index}`, number: 1, commands });
    await gateway.stores.journal.append(bytes);
  }
  await until('the exchange was rebuilt', () => gateway.resets.length === 2);
  await gateway.ready();
  await gateway.submit(place('later'));
  expect(gateway.exchange.epoch).toBe('of another gateway');
  expect(gateway.openOrders()).toEqual(['kept', 'later']);
  expect(gateway.resets).toHaveLength(2);
});

describe('what another engine version wrote', () => {
  test('is refused in an entry', async () => {
    const gateway = await openVenue();
    const bytes = encodeBatch({ incarnation: 'another', number: 1, commands: [place('foreign')] });
    bytes[0] = 99;
    await gateway.stores.journal.append(bytes);
    await gateway.ended;
    expect(gateway.failure).toBeInstanceOf(ForeignEngineVersion);
    expect(gateway.failure).toMatchObject({ written: 99 });
    expect(gateway.openOrders()).toEqual([]);
    expect(gateway.queue.submit(place('late'), () => {})).toBe('UNAVAILABLE');
  });

  test('is refused in a snapshot', async () => {
    const gateway = await openVenue();
    await snapshot(gateway);
    const { snapshots } = gateway.stores;
    await redis.hset((await snapshots.list())[0]!.key, 'engineVersion', 99);
    const restarted = await startGateway();
    await restarted.ended;
    expect(restarted.failure).toBeInstanceOf(ForeignEngineVersion);
  });
});

function isAfter(epoch: string): (gateway: TestGateway) => boolean {
  return ({ exchange }) => exchange.epoch !== '' && exchange.epoch !== epoch;
}

async function allEntries(): Promise<Entry[]> {
  const { journal, close } = await openRedisStores(venue);
  const entries: Entry[] = [];
  for (;;) {
    const more = await journal.read(entries.at(-1)?.id ?? BEGINNING, 0);
    entries.push(...more);
    if (more.length === 0) break;
  }
  close();
  return entries;
}
