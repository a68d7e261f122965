import { expect, onTestFinished, test } from 'vitest';
import { venueKey } from '../../src/journal/redis-keys.js';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const SETTINGS = { MARKET: 'synthetic', BOOK_INTERVAL_MS: '0' };

async function start(settings: NodeJS.ProcessEnv): Promise<Tradewire> {
  const tradewire = await Tradewire.start(settings);
  onTestFinished(() => tradewire.stop());
  return tradewire;
}

async function reader(tradewire: Tradewire): Promise<StreamClient> {
  const client = await StreamClient.connect(tradewire);
  await client.subscribe(['book:BTC']);
  return client;
}

/** Waits for several more steps of the market. */
async function goesOn(client: StreamClient): Promise<void> {
  const { length } = client.bookFrames;
  await until('the market goes on', () => client.bookFrames.length > length + 10);
}

test('the market goes on when the gateway that runs it freezes or dies, and what it was about to do does no harm', {
  timeout: 180_000,
}, async () => {
  const one = await start(SETTINGS);
  const redis = await connectTestRedis();
  onTestFinished(() => redis.disconnect());
  const holder = () => redis.get(venueKey(one.venue, 'lease:market'));
  await until('the first has the lease', async () => (await holder()) !== null);
  const first = await holder();
  const two = await start({ ...SETTINGS, VENUE: one.venue });
  const [here, there] = [await reader(one), await reader(two)];

  one.freeze();
  await until('the second has the lease', async () => ![null, first].includes(await holder()));
  const second = await holder();
  await goesOn(there);
  one.thaw();
  const { seq: since } = there.bookFrames.at(-1)!;
  const common = () =>
    here.bookFrames.filter(({ seq }) => seq > since && there.bookFrames.some((other) => other.seq === seq));
  await until('both tell of the same steps', () => common().length > 10);
  for (const { seq, checksum } of common()) {
    expect(checksum).toBe(there.bookFrames.find((frame) => frame.seq === seq)!.checksum);
  }
  expect(await holder()).toBe(second);

  await two.kill();
  await until('the first has it again', async () => (await holder()) === first);
  await goesOn(here);
  await here.close();
});
