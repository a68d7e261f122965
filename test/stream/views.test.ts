import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Account } from '../../src/exchange/accounts/account.js';
import type { Fill } from '../../src/exchange/event.js';
import { BUY, type Lots, type Millis, SELL, type Ticks } from '../../src/exchange/units.js';
import { crc32 } from '../../src/gateway/channels/crc32.js';
import { Views } from '../../src/gateway/views/views.js';
import { crc32 as plainCrc32 } from '../support/crc32.js';
import { APPLE, BITCOIN, DOGE, TestVenue } from '../support/exchange-fixture.js';

const INSTRUMENTS = [BITCOIN, DOGE, APPLE];

/** Any text a client may send, lone surrogates and control characters included. */
const clientText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }),
  fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    minLength: 1,
  }),
);

const orders = fc.record({
  instrument: fc.integer({ min: 0, max: INSTRUMENTS.length - 1 }),
  side: fc.constantFrom(BUY, SELL),
  lots: fc.integer({ min: 1, max: 1_000_000_000 }),
  filled: fc.double({ min: 0, max: 1, noNaN: true }),
  ticks: fc.integer({ min: 1, max: 5_000_000 }),
  postOnly: fc.boolean(),
  clientOrderId: fc.option(clientText),
});

test('an order’s text is JSON with exactly the order’s values', () => {
  fc.assert(
    fc.property(orders, (wanted) => {
      const venue = new TestVenue(INSTRUMENTS);
      const account = venue.open(1_000_000);
      const instrument = INSTRUMENTS[wanted.instrument]!;
      const command = { account, type: 'LIMIT', timeInForce: 'GTC', reduceOnly: false } as const;
      const plain = { expiresAt: 0 as Millis, trigger: null, exits: null } as const;
      const { instrument: _, filled: __, ...rest } = wanted;
      const { id } = venue.market(instrument.symbol);
      const lots = wanted.lots as Lots;
      const ticks = wanted.ticks as Ticks;
      const { order } = venue.send({
        kind: 'PLACE',
        ...command,
        ...plain,
        ...rest,
        instrument: id,
        lots,
        ticks,
      });
      order!.filledLots = Math.floor(wanted.filled * lots) as Lots;
      order!.filledNotional = (order!.filledLots * ticks) as never;
      const views = new Views(venue.exchange);
      const read = JSON.parse(views.order(order!)) as Record<string, unknown>;
      expect(read).toMatchObject({
        symbol: instrument.symbol,
        side: wanted.side === BUY ? 'BUY' : 'SELL',
        quantity: lots / 10 ** instrument.quantityDecimals,
        limitPrice: ticks / 10 ** instrument.priceDecimals,
        filledQuantity: order!.filledLots / 10 ** instrument.quantityDecimals,
        avgFillPrice: order!.filledLots === 0 ? null : ticks / 10 ** instrument.priceDecimals,
        postOnly: wanted.postOnly,
        status: order!.status,
      });
      expect(read['clientOrderId'] ?? null).toBe(wanted.clientOrderId);
    }),
  );
});

test('a fill’s text is JSON with exactly the fill’s values', () => {
  const amounts = fc.maxSafeInteger();
  const fills = fc.record({
    order: orders,
    fee: amounts,
    realizedPnl: amounts,
    positionAfter: amounts,
    fillId: fc.nat(),
    isMaker: fc.boolean(),
  });
  fc.assert(
    fc.property(fills, ({ order: wanted, fee, realizedPnl, positionAfter, fillId, isMaker }) => {
      const venue = new TestVenue(INSTRUMENTS);
      const instrument = INSTRUMENTS[wanted.instrument]!;
      const { clientOrderId } = wanted;
      const { order } = venue.buy(venue.open(1_000_000), instrument.symbol, 1, 10, { clientOrderId });
      const fill = {
        fillId,
        order: order!,
        price: wanted.ticks * 10 ** instrument.quantityDecimals,
        lots: wanted.lots,
        liquidity: isMaker ? 'MAKER' : 'TAKER',
        fee,
        realizedPnl,
        positionAfter,
      } as Fill;
      expect(JSON.parse(new Views(venue.exchange).fill(fill))).toMatchObject({
        fillId,
        clientOrderId,
        price: wanted.ticks / 10 ** instrument.priceDecimals,
        quantity: wanted.lots / 10 ** instrument.quantityDecimals,
        liquidity: fill.liquidity,
        fee: fee / 1e6,
        realizedPnl: realizedPnl / 1e6,
        positionAfter: positionAfter / 10 ** instrument.quantityDecimals,
      });
    }),
  );
});

test('positions and accounts are JSON whatever they are worth', () => {
  const worth = fc.record({ lots: fc.integer({ min: -1e9, max: 1e9 }), balance: fc.maxSafeInteger() });
  fc.assert(
    fc.property(worth, ({ lots, balance }) => {
      const venue = new TestVenue(INSTRUMENTS);
      const account: Account = venue.account(venue.open(1));
      venue.quote('BTC', { oracle: 50_000.123456 });
      const holding = venue.holding(account.id, 'BTC');
      holding.lots = lots as Lots;
      holding.cost = (lots * 300_000) as never;
      account.balance = balance as never;
      const views = new Views(venue.exchange);
      expect(JSON.parse(views.account(account))).toMatchObject({ balance: balance / 1e6 });
      expect(JSON.parse(views.position(account, holding))).toMatchObject({
        quantity: lots / 1e5,
        entryPrice: lots === 0 ? null : 30_000,
      });
      for (const text of [views.positions(account), views.openOrders(account)]) JSON.parse(text);
    }),
  );
});

test('the checksum is the CRC-32 that everyone knows', () => {
  expect(crc32('')).toBe(0);
  expect(crc32('123456789')).toBe(0xcbf43926);
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => crc32(text) === plainCrc32(text)));
});
