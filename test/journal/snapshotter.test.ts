import { expect, test } from 'vitest';
import { SNAPSHOTTER_DEFAULTS, Snapshotter } from '../../src/journal/snapshotter.js';
import { writeSnapshot } from '../../src/journal/write-snapshot.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { until } from '../support/until.js';
import { TestGateway } from './gateway.js';
import { OPENING, trading } from './orders.js';
import { openMemoryStores, SILENT } from './stores.js';

test('a snapshot is written after so many commands, by the holder of the lease only', async () => {
  const stores = await openMemoryStores();
  const gateway = new TestGateway(stores);
  await gateway.ready();
  const lease = { isHeld: false };
  let asked = 0;
  const settings = { ...SNAPSHOTTER_DEFAULTS, ...DEFAULT_LIMITS, snapshotCommands: 100, checkEveryMs: 5 };
  const snapshotter = new Snapshotter('', stores.venue, gateway.replica, lease, settings, SILENT, (order) => {
    asked++;
    return writeSnapshot(stores.journal, stores.snapshots, order.until, SILENT);
  });
  snapshotter.start();
  await gateway.submitAll(OPENING);
  for (let round = 0; round < 30; round++) await gateway.submitAll(trading(round));
  expect(asked).toBe(0);
  lease.isHeld = true;
  await until('a snapshot is kept', async () => (await stores.snapshots.list()).length === 1);
  expect((await stores.snapshots.list())[0]?.entryId).toBe(gateway.replica.entryId);
  for (let round = 30; round < 60; round++) await gateway.submitAll(trading(round));
  await until('another one is kept', async () => (await stores.snapshots.list()).length === 2);
  expect(asked).toBe(2);
  snapshotter.stop();
  await gateway.stop();
});
