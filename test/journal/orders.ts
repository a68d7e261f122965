import { unending } from '../../src/exchange/accounts/membership.js';
import type {
  CancelOrder,
  Command,
  ListInstrument,
  OpenAccount,
  PlaceOrder,
} from '../../src/exchange/command.js';
import {
  type AccountId,
  BUY,
  type InstrumentId,
  type Lots,
  type Micros,
  type Millis,
  SELL,
  type Side,
  type Ticks,
} from '../../src/exchange/units.js';

export const ACCOUNT = 2 as AccountId;
const BITCOIN = 0 as InstrumentId;
const DOLLAR = 1_000_000;

export const LIST_BITCOIN: ListInstrument = {
  kind: 'LIST',
  instrument: {
    symbol: 'BTC',
    name: 'Bitcoin',
    assetClass: 'PERPETUAL',
    priceDecimals: 1,
    quantityDecimals: 5,
    significantFigures: 5,
    minNotional: (10 * DOLLAR) as Micros,
    maxLots: 1_000_000_000 as Lots,
    maxTicks: 10_000_000 as Ticks,
    maxMarketNotional: (15_000_000 * DOLLAR) as Micros,
    defaultLeverage: 20,
    marginTiers: [{ lowerBound: 0 as Micros, maxLeverage: 40 }],
    makerFee: 150 as never,
    takerFee: 450 as never,
    impactNotional: (20_000 * DOLLAR) as Micros,
    fundingMode: 'COMPUTED',
    feeTiers: [],
    fractional: true,
    shortable: true,
    hours: 'ALWAYS',
    prediction: null,
  },
};

export const OPEN_ACCOUNT: OpenAccount = {
  kind: 'OPEN_ACCOUNT',
  portfolioId: '00000000-0000-4000-8000-000000000001',
  deposit: (1_000_000 * DOLLAR) as Micros,
  membership: unending('UNLIMITED'),
};

/** What a venue needs before the account can trade. */
export const OPENING: readonly Command[] = [
  LIST_BITCOIN,
  OPEN_ACCOUNT,
  {
    kind: 'QUOTE',
    instrument: BITCOIN,
    oracle: (60_000 * DOLLAR) as never,
    bids: null,
    asks: null,
    fundingRate: null,
    step: 0,
  },
];

export function place(clientOrderId: string | null, dollars = 50_000, side: Side = BUY): PlaceOrder {
  return {
    kind: 'PLACE',
    account: ACCOUNT,
    instrument: BITCOIN,
    side,
    type: 'LIMIT',
    timeInForce: 'GTC',
    lots: 100 as Lots,
    ticks: (dollars * 10) as Ticks,
    postOnly: false,
    reduceOnly: false,
    clientOrderId,
    expiresAt: 0 as Millis,
    trigger: null,
    exits: null,
  };
}

export function cancel(clientOrderId: string): CancelOrder {
  return { kind: 'CANCEL', account: ACCOUNT, order: clientOrderId };
}

/** A mixed stretch of trading, the same for the same number: orders that rest, trade, and are cancelled. */
export function trading(round: number): readonly Command[] {
  const level = 50_000 + ((round * 7) % 20) * 100;
  return [
    place(`bid ${round}`, level),
    place(`ask ${round}`, level + 1_000, SELL),
    { kind: 'FLOW', instrument: BITCOIN, side: round % 2 === 0 ? SELL : BUY, lots: 50 as Lots, step: 0 },
    cancel(`bid ${round - 3}`),
  ];
}
