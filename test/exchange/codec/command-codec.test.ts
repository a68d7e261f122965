import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BROKER_IDS } from '../../../src/exchange/accounts/brokers.js';
import { PLANS } from '../../../src/exchange/accounts/membership.js';
import {
  type Batch,
  decodeBatch,
  ENGINE_VERSION,
  encodeBatch,
  engineVersionOf,
} from '../../../src/exchange/codec/batch.js';
import type { Command } from '../../../src/exchange/command.js';
import { ORDER_TYPES, TIMES_IN_FORCE } from '../../../src/exchange/orders/order.js';
import { BITCOIN } from '../../support/exchange-fixture.js';

const MAX = Number.MAX_SAFE_INTEGER;

/** Whole numbers, and often those at the edges of the encoding and of what is exact. */
const count = fc.oneof(
  fc.constantFrom(0, 1, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 49 - 1, 2 ** 49, MAX - 1, MAX),
  fc.maxSafeNat(),
);
const positive = count.map((value) => Math.max(1, value));
const signed = fc.oneof(
  count,
  positive.map((value) => -value),
);
const text = fc.oneof(
  fc.string({ maxLength: 128 }),
  fc.string({ unit: 'binary', maxLength: 128 }),
  fc.constantFrom('', 'é', '漢字', '😀', '\ud800', 'a'.repeat(128), '\0'),
);
const side = fc.constantFrom(1, -1);
const levels = fc.option(fc.array(fc.tuple(positive, positive), { maxLength: 20 }));
const exit = fc.record({ ticks: count, limitTicks: count });
const membership = fc.record({
  plan: fc.constantFrom(...PLANS),
  endsAt: count,
  isTrial: fc.boolean(),
});
const outcome = fc.constantFrom('YES', 'NO');
const instrument = fc.record({
  symbol: text,
  name: text,
  assetClass: fc.constantFrom('PERPETUAL', 'EQUITY', 'PREDICTION'),
  priceDecimals: fc.nat(6),
  quantityDecimals: fc.nat(6),
  significantFigures: fc.nat(16),
  minNotional: count,
  maxLots: count,
  maxTicks: count,
  maxMarketNotional: count,
  defaultLeverage: fc.nat(100),
  marginTiers: fc.array(fc.record({ lowerBound: count, maxLeverage: fc.nat(100) }), { maxLength: 5 }),
  makerFee: signed,
  takerFee: signed,
  impactNotional: count,
  fundingMode: fc.constantFrom('COMPUTED', 'SOURCE'),
  feeTiers: fc.array(fc.record({ volumeAbove: count, makerFee: signed, takerFee: signed }), { maxLength: 5 }),
  fractional: fc.boolean(),
  shortable: fc.boolean(),
  hours: fc.constantFrom('ALWAYS', 'NYSE'),
  prediction: fc.option(
    fc.record({ marketId: text, outcome, reference: text, strike: count, settlesAt: count }),
  ),
});

const commands: Record<Command['kind'], fc.Arbitrary<object>> = {
  PLACE: fc.record({
    kind: fc.constant('PLACE'),
    account: count,
    instrument: count,
    side,
    type: fc.constantFrom(...ORDER_TYPES),
    timeInForce: fc.constantFrom(...TIMES_IN_FORCE),
    lots: count,
    ticks: count,
    postOnly: fc.boolean(),
    reduceOnly: fc.boolean(),
    clientOrderId: fc.option(text),
    expiresAt: count,
    trigger: fc.option(fc.record({ ticks: count, trailTicks: count, trailPpm: count })),
    exits: fc.option(fc.record({ takeProfit: fc.option(exit), stopLoss: fc.option(exit) })),
  }),
  AMEND: fc.record({
    kind: fc.constant('AMEND'),
    account: count,
    order: fc.oneof(positive, text),
    lots: count,
    ticks: count,
    stopTicks: count,
  }),
  SET_DEADMAN: fc.record({ kind: fc.constant('SET_DEADMAN'), account: count, timeoutMs: count }),
  GUARD_SESSION: fc.record({
    kind: fc.constant('GUARD_SESSION'),
    account: count,
    sessionId: text,
    graceMs: fc.option(count),
  }),
  SESSION_LOST: fc.record({ kind: fc.constant('SESSION_LOST'), sessionId: text, heardAt: count }),
  PORTFOLIO_BACK: fc.record({ kind: fc.constant('PORTFOLIO_BACK'), account: count }),
  GATEWAY_LOST: fc.record({ kind: fc.constant('GATEWAY_LOST'), incarnation: text, lastNumber: count }),
  PROTECT: fc.record({
    kind: fc.constant('PROTECT'),
    account: count,
    instrument: count,
    takeProfit: fc.oneof(exit, fc.constantFrom('KEEP', 'REMOVE')),
    stopLoss: fc.oneof(exit, fc.constantFrom('KEEP', 'REMOVE')),
  }),
  CANCEL: fc.record({ kind: fc.constant('CANCEL'), account: count, order: fc.oneof(positive, text) }),
  CANCEL_ALL: fc.record({ kind: fc.constant('CANCEL_ALL'), account: count, instrument: fc.option(count) }),
  SET_LEVERAGE: fc.record({
    kind: fc.constant('SET_LEVERAGE'),
    account: count,
    instrument: count,
    leverage: count,
    marginMode: fc.constantFrom('CROSS', 'ISOLATED'),
  }),
  ADJUST_MARGIN: fc.record({
    kind: fc.constant('ADJUST_MARGIN'),
    account: count,
    instrument: count,
    amount: signed,
  }),
  OPEN_ACCOUNT: fc.record({
    kind: fc.constant('OPEN_ACCOUNT'),
    portfolioId: text,
    deposit: signed,
    membership,
  }),
  SET_MEMBERSHIP: fc.record({ kind: fc.constant('SET_MEMBERSHIP'), account: count, membership }),
  CONFIGURE_ACCOUNT: fc.record({
    kind: fc.constant('CONFIGURE_ACCOUNT'),
    account: count,
    portfolioType: fc.constantFrom(null, 'CASH', 'MARGIN'),
    broker: fc.constantFrom(null, ...BROKER_IDS),
  }),
  CHARGE: fc.record({
    kind: fc.constant('CHARGE'),
    account: count,
    meterId: text,
    requests: count,
    cost: count,
    isCancel: fc.boolean(),
    guards: count,
  }),
  SET_FAULTS: fc.record({
    kind: fc.constant('SET_FAULTS'),
    account: count,
    faults: fc.option(
      fc.record({
        latencyMs: count,
        dropRate: count,
        rejectRate: count,
        isFrozen: fc.boolean(),
        seed: count,
      }),
    ),
    disconnects: fc.boolean(),
  }),
  DEPOSIT: fc.record({ kind: fc.constant('DEPOSIT'), account: count, amount: signed }),
  TOP_UP: fc.record({ kind: fc.constant('TOP_UP'), account: count, amount: signed, below: signed }),
  LIST: fc.record({ kind: fc.constant('LIST'), instrument }),
  QUOTE: fc.record({
    kind: fc.constant('QUOTE'),
    instrument: count,
    step: count,
    oracle: fc.option(count),
    bids: levels,
    asks: levels,
    fundingRate: fc.option(signed),
  }),
  FLOW: fc.record({ kind: fc.constant('FLOW'), instrument: count, step: count, side, lots: count }),
  SETTLE_FUNDING: fc.record({
    kind: fc.constant('SETTLE_FUNDING'),
    instrument: count,
    rate: fc.option(signed),
  }),
  SETTLE_PREDICTION: fc.record({ kind: fc.constant('SETTLE_PREDICTION'), marketId: text, outcome }),
  ADVANCE_CLOCK: fc.record({ kind: fc.constant('ADVANCE_CLOCK'), advanceMs: count }),
  TICK: fc.record({ kind: fc.constant('TICK') }),
  BEGIN_EPOCH: fc.record({ kind: fc.constant('BEGIN_EPOCH'), epoch: text, after: text, serverRunId: text }),
};

function roundTrip(batch: Batch): Batch {
  return decodeBatch(encodeBatch(batch));
}

test.each(Object.entries(commands))('%s comes back from its bytes as it was', (_kind, arbitrary) => {
  const batches = fc.record({
    incarnation: text,
    number: count,
    commands: fc.array(arbitrary, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(batches, (drawn) => {
      const batch = drawn as unknown as Batch;
      expect(roundTrip(batch)).toEqual(batch);
    }),
    { numRuns: 300 },
  );
});

test('the engine version can be read before anything is decoded', () => {
  expect(engineVersionOf(encodeBatch({ incarnation: 'g', number: 1, commands: [] }))).toBe(ENGINE_VERSION);
});

test('a batch that is cut short is refused, never half understood', () => {
  const batch: Batch = {
    incarnation: 'gateway',
    number: 7,
    commands: [
      { kind: 'LIST', instrument: BITCOIN },
      { kind: 'BEGIN_EPOCH', epoch: 'é', after: '', serverRunId: 'x' },
    ],
  };
  const bytes = encodeBatch(batch);
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeBatch(bytes.slice(0, length))).toThrow(RangeError);
  }
});

test('a command of an unknown kind is refused', () => {
  const bytes = encodeBatch({ incarnation: 'g', number: 1, commands: [{ kind: 'TICK' }] }).slice();
  bytes[bytes.length - 1] = 99;
  expect(() => decodeBatch(bytes)).toThrow(RangeError);
});
