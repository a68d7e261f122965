import type { Account, Holding, MarginMode } from '../../src/exchange/accounts/account.js';
import { type Membership, unending } from '../../src/exchange/accounts/membership.js';
import type { Faults } from '../../src/exchange/clients/faults.js';
import type { Batch } from '../../src/exchange/codec/batch.js';
import type {
  AmendOrder,
  Command,
  ConfigureAccount,
  ExitChange,
  OrderRef,
  PlaceOrder,
  QuoteLevel,
} from '../../src/exchange/command.js';
import type { ErrorCode } from '../../src/exchange/error-code.js';
import { Exchange } from '../../src/exchange/exchange.js';
import { parseDecimal } from '../../src/exchange/fixed-point.js';
import type { FeeTier, Instrument, PredictionOutcome } from '../../src/exchange/markets/instrument.js';
import type { Market } from '../../src/exchange/markets/market.js';
import type { Order } from '../../src/exchange/orders/order.js';
import type { Exit } from '../../src/exchange/orders/trigger.js';
import type { Outcome } from '../../src/exchange/outcome.js';
import type {
  AccountId,
  InstrumentId,
  Lots,
  Micros,
  Millis,
  Ppm,
  PriceMicros,
  Rate,
  Side,
  Ticks,
} from '../../src/exchange/units.js';
import { BUY, SELL } from '../../src/exchange/units.js';
import { EventRecorder } from './event-recorder.js';

/** Monday, 5 January 2026, 10:00 in New York. */
export const MONDAY_MORNING = Date.UTC(2026, 0, 5, 15) as Millis;

/** A whole number of dollars in micro-dollars. */
export function dollars(amount: number): Micros {
  return Math.round(amount * 1e6) as Micros;
}

/** A step of a fee schedule: for more than so many dollars of volume, fees in parts per million. */
export function feeTier(volumeAbove: number, makerFee: number, takerFee: number): FeeTier {
  return { volumeAbove, makerFee: makerFee as Ppm, takerFee: takerFee as Ppm };
}

/** A perpetual priced like Bitcoin: ticks of 0.1 dollars, lots of 0.00001. */
export const BITCOIN: Instrument = {
  symbol: 'BTC',
  name: 'Bitcoin',
  assetClass: 'PERPETUAL',
  priceDecimals: 1,
  quantityDecimals: 5,
  significantFigures: 5,
  minNotional: dollars(10),
  maxLots: 1_000_000_000 as Lots,
  maxTicks: 5_000_000 as Ticks,
  maxMarketNotional: dollars(30_000_000),
  defaultLeverage: 10,
  marginTiers: [
    { lowerBound: dollars(0), maxLeverage: 40 },
    { lowerBound: dollars(150_000_000), maxLeverage: 20 },
  ],
  makerFee: 150 as Ppm,
  takerFee: 450 as Ppm,
  impactNotional: dollars(20_000),
  fundingMode: 'COMPUTED',
  feeTiers: [
    feeTier(5_000_000, 120, 400),
    feeTier(25_000_000, 80, 350),
    feeTier(100_000_000, 40, 300),
    feeTier(500_000_000, 0, 280),
    feeTier(2_000_000_000, 0, 260),
    feeTier(7_000_000_000, 0, 240),
  ],
  fractional: true,
  shortable: true,
  hours: 'ALWAYS',
  prediction: null,
};

/** A cheap perpetual in whole units, whose makers are paid. */
export const DOGE: Instrument = {
  ...BITCOIN,
  symbol: 'DOGE',
  name: 'Dogecoin',
  priceDecimals: 6,
  quantityDecimals: 0,
  maxLots: 1_000_000_000 as Lots,
  maxTicks: 5_000_000 as Ticks,
  maxMarketNotional: dollars(500_000),
  defaultLeverage: 5,
  marginTiers: [{ lowerBound: dollars(0), maxLeverage: 10 }],
  makerFee: -20 as Ppm,
  impactNotional: dollars(6_000),
  feeTiers: [],
};

/** An equity: ticks of a cent, fractions to four decimals, no fees. */
export const APPLE: Instrument = {
  symbol: 'AAPL',
  name: 'Apple',
  assetClass: 'EQUITY',
  priceDecimals: 2,
  quantityDecimals: 4,
  significantFigures: 0,
  minNotional: dollars(1),
  maxLots: 4_000_000_000 as Lots,
  maxTicks: 2_000_000 as Ticks,
  maxMarketNotional: dollars(500_000),
  defaultLeverage: 2,
  marginTiers: [{ lowerBound: dollars(0), maxLeverage: 2 }],
  makerFee: 0 as Ppm,
  takerFee: 0 as Ppm,
  impactNotional: 0 as Micros,
  fundingMode: 'COMPUTED',
  feeTiers: [],
  fractional: true,
  shortable: true,
  hours: 'ALWAYS',
  prediction: null,
};

/** One outcome of a binary market on Bitcoin, that settles ten days after the tests begin. */
function prediction(outcome: PredictionOutcome): Instrument {
  return {
    symbol: `BTC-${outcome}`,
    name: `Bitcoin above 60000: ${outcome}`,
    assetClass: 'PREDICTION',
    priceDecimals: 3,
    quantityDecimals: 3,
    significantFigures: 0,
    minNotional: dollars(1),
    maxLots: 10_000_000_000 as Lots,
    maxTicks: 999 as Ticks,
    maxMarketNotional: dollars(1_000_000),
    defaultLeverage: 1,
    marginTiers: [{ lowerBound: dollars(0), maxLeverage: 1 }],
    makerFee: 0 as Ppm,
    takerFee: 0 as Ppm,
    impactNotional: 0 as Micros,
    fundingMode: 'COMPUTED',
    feeTiers: [],
    fractional: true,
    shortable: false,
    hours: 'ALWAYS',
    prediction: {
      marketId: 'btc-above-60000',
      outcome,
      reference: 'BTC',
      strike: 60_000_000_000 as PriceMicros,
      settlesAt: (MONDAY_MORNING + 10 * 86_400_000) as Millis,
    },
  };
}

/** The two sides of the same bet; each unit is worth a dollar or nothing in the end. */
export const BTC_YES = prediction('YES');
export const BTC_NO = prediction('NO');

type Levels = readonly (readonly [price: number, quantity: number])[];
export interface Quotes {
  oracle?: number;
  bids?: Levels;
  asks?: Levels;
  fundingRate?: number;
}
const NO_FAULTS: Faults = {
  latencyMs: 0,
  dropRate: 0 as Ppm,
  rejectRate: 0 as Ppm,
  isFrozen: false,
  seed: 1,
};
/** A take profit or a stop loss, in dollars. */
interface ExitTerms {
  readonly triggerPrice: number;
  readonly limitPrice?: number;
}

interface PlaceOptions
  extends Partial<
    Pick<PlaceOrder, 'timeInForce' | 'postOnly' | 'reduceOnly' | 'clientOrderId' | 'type' | 'expiresAt'>
  > {
  readonly stopPrice?: number;
  readonly trailAmount?: number;
  readonly trailPercent?: number;
  readonly takeProfit?: ExitTerms;
  readonly stopLoss?: ExitTerms;
}

/** An exchange of its own for one test, spoken to in dollars and units. */
export class TestVenue {
  readonly recorder = new EventRecorder();
  readonly exchange = new Exchange(this.recorder);
  now = MONDAY_MORNING;
  private batchNumber = 0;

  constructor(instruments: readonly Instrument[] = [BITCOIN, APPLE]) {
    for (const instrument of instruments) this.send({ kind: 'LIST', instrument });
  }

  /** Applies one command in a batch of its own. */
  send(command: Command): Outcome {
    this.batchNumber += 1;
    return this.sendBatch({ incarnation: 'test', number: this.batchNumber, commands: [command] })[0]!;
  }

  /** Applies a batch; no outcomes when it was a duplicate. */
  sendBatch(batch: Batch): Outcome[] {
    const outcomes: Outcome[] = [];
    this.exchange.applyBatch(this.now, batch, (_index, outcome) => outcomes.push(outcome));
    return outcomes;
  }

  /** Opens a portfolio with so many dollars. */
  open(deposit: number, membership: Membership = unending('BASIC')): AccountId {
    const portfolioId = `portfolio-${this.exchange.state.accounts.length}`;
    return this.send({ kind: 'OPEN_ACCOUNT', portfolioId, deposit: dollars(deposit), membership }).account!
      .id;
  }

  /** Changes what kind of brokerage account a portfolio is. */
  configure(
    account: AccountId,
    { portfolioType = null, broker = null }: Partial<Pick<ConfigureAccount, 'portfolioType' | 'broker'>>,
  ): Outcome {
    return this.send({ kind: 'CONFIGURE_ACCOUNT', account, portfolioType, broker });
  }

  /** Lets time pass to a moment. */
  passTimeTo(moment: number): void {
    this.now = moment as Millis;
    this.send({ kind: 'TICK' });
  }

  buy(account: AccountId, symbol: string, quantity: number, price: number, options?: PlaceOptions): Outcome {
    return this.place(account, symbol, BUY, quantity, price, options);
  }

  sell(account: AccountId, symbol: string, quantity: number, price: number, options?: PlaceOptions): Outcome {
    return this.place(account, symbol, SELL, quantity, price, options);
  }

  marketBuy(account: AccountId, symbol: string, quantity: number, options?: PlaceOptions): Outcome {
    return this.place(account, symbol, BUY, quantity, 0, { type: 'MARKET', timeInForce: 'IOC', ...options });
  }

  marketSell(account: AccountId, symbol: string, quantity: number, options?: PlaceOptions): Outcome {
    return this.place(account, symbol, SELL, quantity, 0, { type: 'MARKET', timeInForce: 'IOC', ...options });
  }

  /** Changes an order's price or total quantity; 0 leaves it. */
  amend(
    account: AccountId,
    order: OrderRef,
    change: { quantity?: number; price?: number; stopPrice?: number },
  ): Outcome {
    const symbol = this.order(account, order).instrument;
    const market = this.exchange.markets[symbol]!;
    const command: AmendOrder = {
      kind: 'AMEND',
      account,
      order,
      lots: lotsOf(market, change.quantity ?? 0),
      ticks: ticksOf(market, change.price ?? 0),
      stopTicks: ticksOf(market, change.stopPrice ?? 0),
    };
    return this.send(command);
  }

  cancel(account: AccountId, order: OrderRef): Outcome {
    return this.send({ kind: 'CANCEL', account, order });
  }

  /** Sets or, where null, removes the exits of a position; one that is left out stays. */
  protect(
    account: AccountId,
    symbol: string,
    exits: { takeProfit?: ExitTerms | null; stopLoss?: ExitTerms | null },
  ): Outcome {
    const market = this.market(symbol);
    const change = (terms: ExitTerms | null | undefined): ExitChange =>
      terms === undefined ? 'KEEP' : terms === null ? 'REMOVE' : exitOf(market, terms);
    const { takeProfit, stopLoss } = exits;
    return this.send({
      kind: 'PROTECT',
      account,
      instrument: market.id,
      takeProfit: change(takeProfit),
      stopLoss: change(stopLoss),
    });
  }

  setDeadman(account: AccountId, timeoutMs: number): Outcome {
    return this.send({ kind: 'SET_DEADMAN', account, timeoutMs });
  }

  /** The account's open orders, oldest first. */
  openOrders(account: AccountId): Order[] {
    const orders: Order[] = [];
    for (let order = this.account(account).firstOpen; order !== null; order = order.openNext)
      orders.push(order);
    return orders;
  }

  /** Lets so much time pass. */
  wait(durationMs: number): void {
    this.now = (this.now + durationMs) as Millis;
    this.send({ kind: 'TICK' });
  }

  /** Sets the sandbox's quotes; a side left out stays. */
  quote(symbol: string, quotes: Quotes): Outcome {
    const market = this.market(symbol);
    const levels = (side: Levels | undefined): readonly QuoteLevel[] | null =>
      side?.map(([price, quantity]) => [ticksOf(market, price), lotsOf(market, quantity)]) ?? null;
    return this.send({
      kind: 'QUOTE',
      instrument: market.id,
      oracle: quotes.oracle === undefined ? null : (dollars(quotes.oracle) as number as PriceMicros),
      bids: levels(quotes.bids),
      asks: levels(quotes.asks),
      fundingRate: quotes.fundingRate === undefined ? null : rateOf(quotes.fundingRate),
      step: 0,
    });
  }

  /** Lets time pass, with an entry of its own at the end. */
  pass(ms: number): Outcome {
    this.now = (this.now + ms) as Millis;
    return this.send({ kind: 'TICK' });
  }

  /** Settles one payment of an instrument now; by the running prediction where no hourly rate is given. */
  settleFunding(symbol: string, rate?: number): Outcome {
    const instrument = this.market(symbol).id;
    return this.send({ kind: 'SETTLE_FUNDING', instrument, rate: rate === undefined ? null : rateOf(rate) });
  }

  /** Settles a binary market now. */
  settlePrediction(marketId: string, outcome: PredictionOutcome): Outcome {
    return this.send({ kind: 'SETTLE_PREDICTION', marketId, outcome });
  }

  flow(symbol: string, side: Side, quantity: number): Outcome {
    const market = this.market(symbol);
    return this.send({ kind: 'FLOW', instrument: market.id, side, lots: lotsOf(market, quantity), step: 0 });
  }

  setLeverage(
    account: AccountId,
    symbol: string,
    leverage: number,
    marginMode: MarginMode = 'CROSS',
  ): Outcome {
    const instrument = this.market(symbol).id;
    return this.send({ kind: 'SET_LEVERAGE', account, instrument, leverage, marginMode });
  }

  /** Moves so many dollars to the margin of an isolated position, or back. */
  adjustMargin(account: AccountId, symbol: string, amount: number): Outcome {
    const instrument = this.market(symbol).id;
    return this.send({ kind: 'ADJUST_MARGIN', account, instrument, amount: dollars(amount) });
  }

  deposit(account: AccountId, amount: number): Outcome {
    return this.send({ kind: 'DEPOSIT', account, amount: dollars(amount) });
  }

  /** Deposits so many dollars where there are fewer than a limit. */
  topUp(account: AccountId, amount: number, below: number): Outcome {
    return this.send({ kind: 'TOP_UP', account, amount: dollars(amount), below: dollars(below) });
  }

  /** Sets what goes wrong for an account; what is left out does not. */
  setFaults(account: AccountId, faults: Partial<Faults> | null, disconnects = false): Outcome {
    return this.send({
      kind: 'SET_FAULTS',
      account,
      faults: faults === null ? null : { ...NO_FAULTS, ...faults },
      disconnects,
    });
  }

  setMembership(account: AccountId, membership: Membership): Outcome {
    return this.send({ kind: 'SET_MEMBERSHIP', account, membership });
  }

  /** The levels of a side, best first, as `[price, open quantities in the order of the queue]`. */
  queues(symbol: string, side: Side): [price: number, quantities: number[]][] {
    const market = this.market(symbol);
    const { priceDecimals, quantityDecimals } = market.instrument;
    return [...market.book.levels(side)].reverse().map((level) => {
      const quantities: number[] = [];
      for (let order = level.first; order !== null; order = order.queueNext) {
        quantities.push(order.openLots / 10 ** quantityDecimals);
      }
      return [level.ticks / 10 ** priceDecimals, quantities];
    });
  }

  market(symbol: string): Market {
    return this.exchange.findMarket(symbol)!;
  }

  account(id: AccountId): Account {
    return this.exchange.state.account(id)!;
  }

  order(account: AccountId, ref: OrderRef): Order {
    return this.exchange.state.findOrder(this.account(account), ref)!;
  }

  holding(account: AccountId, symbol: string): Holding {
    return this.exchange.state.holding(this.account(account), this.market(symbol));
  }

  /** A position in units, signed. */
  positionOf(account: AccountId, symbol: string): number {
    return this.holding(account, symbol).lots / 10 ** this.market(symbol).instrument.quantityDecimals;
  }

  private place(
    account: AccountId,
    symbol: string,
    side: Side,
    quantity: number,
    price: number,
    options: PlaceOptions = {},
  ): Outcome {
    const market = this.market(symbol);
    const { stopPrice, trailAmount, trailPercent, takeProfit, stopLoss, ...rest } = options;
    const isStop = (stopPrice ?? trailAmount ?? trailPercent) !== undefined;
    const hasExits = (takeProfit ?? stopLoss) !== undefined;
    return this.send({
      kind: 'PLACE',
      account,
      instrument: market.id as InstrumentId,
      side,
      type: 'LIMIT',
      timeInForce: 'GTC',
      lots: lotsOf(market, quantity),
      ticks: ticksOf(market, price),
      postOnly: false,
      reduceOnly: false,
      clientOrderId: null,
      expiresAt: 0 as Millis,
      trigger: isStop
        ? {
            ticks: ticksOf(market, stopPrice ?? 0),
            trailTicks: ticksOf(market, trailAmount ?? 0),
            trailPpm: Math.round((trailPercent ?? 0) * 10_000) as Ppm,
          }
        : null,
      exits: hasExits
        ? {
            takeProfit: takeProfit === undefined ? null : exitOf(market, takeProfit),
            stopLoss: stopLoss === undefined ? null : exitOf(market, stopLoss),
          }
        : null,
      ...rest,
    });
  }
}

/** The error of an outcome, or how the order stands: what most tests ask for. */
export function result(outcome: Outcome): ErrorCode | string | null {
  return outcome.error ?? outcome.order?.status ?? null;
}

function exitOf(market: Market, { triggerPrice, limitPrice }: ExitTerms): Exit {
  return { ticks: ticksOf(market, triggerPrice), limitTicks: ticksOf(market, limitPrice ?? 0) };
}

function ticksOf(market: Market, price: number): Ticks {
  return parseDecimal(price, market.instrument.priceDecimals)! as Ticks;
}

/** A rate given as a number such as 0.0001. */
export function rateOf(rate: number): Rate {
  return parseDecimal(rate, 12)! as Rate;
}

function lotsOf(market: Market, quantity: number): Lots {
  return parseDecimal(quantity, market.instrument.quantityDecimals)! as Lots;
}
