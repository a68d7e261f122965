import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDecimal } from '../../src/exchange/fixed-point.js';
import type { Market } from '../../src/exchange/markets/market.js';
import { CANCEL_REASONS } from '../../src/exchange/orders/order.js';
import type { Lots, Ticks } from '../../src/exchange/units.js';
import { depthChecksum } from '../../src/gateway/channels/book-depth.js';
import { crc32 } from '../support/crc32.js';
import { BITCOIN, DOGE, TestVenue } from '../support/exchange-fixture.js';
import type { Level } from '../support/local-book.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';
import { Conversation } from './conversation.js';
import { fencedBlocks, readPage, tableRows } from './markdown.js';

const PAGE = readPage('docs/protocol.md');
const MINUTE_MS = 60_000;

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

test('the session that the page shows takes place', async () => {
  const sandbox = new Sandbox(tradewire);
  // All of it falls into one minute, whose candle is shown.
  await sandbox.advanceClock(MINUTE_MS - (Date.now() % MINUTE_MS));
  const bids: Level[] = [
    [64249, 2],
    [64248, 5],
  ];
  const asks: Level[] = [
    [64251, 2],
    [64252, 5],
  ];
  await sandbox.market('BTC', { oracle: 64250, bids, asks });
  const lines = fencedBlocks(PAGE)
    .filter(({ language }) => language === 'text')
    .flatMap(({ text }) => text.trimEnd().split('\n'));
  expect(lines.length).toBeGreaterThan(40);
  const conversation = new Conversation(tradewire);
  for (const line of lines) await conversation.play(line);
  await conversation.close();
});

test('the frames that cannot be asked for are JSON too', () => {
  const frames = fencedBlocks(PAGE).filter(({ language }) => language === 'json');
  expect(frames.length).toBeGreaterThan(0);
  for (const { text } of frames)
    expect(JSON.parse(text)).toMatchObject({ channel: expect.stringMatching(/^(session|liquidations)$/) });
});

test('every method of the table exists, and every reason for the end of an order is named', async () => {
  const methods = tableRows(PAGE, '| method | scope | params | result |').map(([method = '']) => method);
  expect(methods.length).toBeGreaterThan(15);
  const client = await StreamClient.connect(tradewire);
  for (const method of methods) {
    const refusal = await client.refusal(method, { notAField: true });
    expect({ method, code: refusal.code }).toEqual({ method, code: 'INVALID_REQUEST' });
  }
  await client.close();
  expect(CANCEL_REASONS.filter((reason) => !PAGE.includes(`\`${reason}\``))).toEqual([]);
});

const VECTORS = tableRows(PAGE, '| symbol | bids | asks | text | checksum |').map(
  ([symbol = '', bids = '', asks = '', text = '', checksum = '']) => ({ symbol, bids, asks, text, checksum }),
);

test('there are three checksum vectors', () => {
  expect(VECTORS).toHaveLength(3);
});

test.each(VECTORS)('the checksum of $text', ({ symbol, bids, asks, text, checksum }) => {
  const market = new TestVenue([BITCOIN, DOGE]).market(symbol);
  const depth = { bids: levels(market, bids), asks: levels(market, asks) };
  expect(crc32(text)).toBe(Number(checksum));
  expect(depthChecksum(market, depth)).toBe(Number(checksum));
});

function levels({ instrument }: Market, text: string): { ticks: Ticks; lots: Lots }[] {
  return (JSON.parse(text) as Level[]).map(([price, quantity]) => ({
    ticks: parseDecimal(price, instrument.priceDecimals) as Ticks,
    lots: parseDecimal(quantity, instrument.quantityDecimals) as Lots,
  }));
}
