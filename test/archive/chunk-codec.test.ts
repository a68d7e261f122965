import { expect, test } from 'vitest';
import type { ArchivedEvent } from '../../src/archive/archived-event.js';
import { packChunk, unpackChunk } from '../../src/archive/chunk-codec.js';
import { PRIVATE_CHANNELS } from '../../src/archive/private-channel.js';
import type { Millis } from '../../src/exchange/units.js';
import { Random } from '../support/random.js';

const TEXTS = ['', '{}', '{"clientOrderId":"ключ 🔑"}', `{"long":"${'x'.repeat(2_000)}"}`];

function someEvents(random: Random, count: number): ArchivedEvent[] {
  let time = 1_790_000_000_000;
  return Array.from({ length: count }, (_, index) => {
    time += random.pick([0, 1, 60_000, 2 ** 40]);
    return {
      channel: random.pick(PRIVATE_CHANNELS),
      seq: 1_000 + index,
      time: time as Millis,
      data: random.pick(TEXTS),
    };
  });
}

test('what is packed is unpacked as it was, whether it is deflated or not', () => {
  const random = new Random(1);
  for (let round = 0; round < 200; round++) {
    const events = someEvents(random, random.between(1, 40));
    const chunk = packChunk(events);
    expect(unpackChunk(chunk)).toEqual(events);
    expect([chunk.firstSeq, chunk.lastSeq]).toEqual([1_000, 999 + events.length]);
    expect([chunk.firstTime, chunk.lastTime]).toEqual([events[0]!.time, events.at(-1)!.time]);
  }
});

test('many events that are alike take a fraction of their length, and one takes hardly more', () => {
  const alike = Array.from({ length: 256 }, (_, index) => ({
    channel: 'orders' as const,
    seq: index + 1,
    time: index as Millis,
    data: JSON.stringify({ orderId: index, symbol: 'BTC', status: 'FILLED', createdAt: new Date(index) }),
  }));
  const length = alike.reduce((sum, { data }) => sum + data.length, 0);
  expect(packChunk(alike).bytes.length).toBeLessThan(length / 4);
  expect(packChunk(alike.slice(0, 1)).bytes.length).toBeLessThan(alike[0]!.data.length + 8);
});
