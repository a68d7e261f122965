import { Account, HOUSE, Holding, MARGIN_MODES } from './account.js';
import { ENGINE_VERSION } from './batch.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { Candles } from './candles.js';
import { DayStatistics } from './day-statistics.js';
import type { ExchangeListener } from './event.js';
import { Exchange } from './exchange.js';
import { houseOrder } from './house.js';
import { readInstrument, writeInstrument } from './instrument-codec.js';
import { Market } from './market.js';
import { link, reserve } from './open-orders.js';
import type { Order } from './order.js';
import { readOrder, writeOrder } from './order-codec.js';
import { ExchangeState } from './state.js';
import {
  type AccountId,
  BUY,
  type InstrumentId,
  type Lots,
  type Micros,
  type Millis,
  type OrderId,
  type Position,
  type PriceMicros,
  SELL,
  type Seq,
  type Side,
  type Ticks,
} from './units.js';

/**
 * The complete replicated state as bytes, in a form that is the same wherever the state is the same: it is
 * what the state hash is taken of. Sums that follow from the orders are left out and made anew on restore.
 */
export function encodeSnapshot(exchange: Exchange): Uint8Array {
  const { state } = exchange;
  const writer = new ByteWriter(1024 * 1024);
  writer.uint(ENGINE_VERSION);
  writeVenue(writer, state);
  writer.uint(state.markets.length);
  for (const market of state.markets) writeMarket(writer, market);
  writer.uint(state.accounts.length);
  for (const account of state.accounts) if (account !== null) writeAccount(writer, account);
  writer.uint(state.openOrders.size);
  for (const order of state.openOrders.values()) writeOrder(writer, order);
  for (const account of state.accounts) if (account !== null) writeOpenList(writer, account);
  for (const market of state.markets) writeBook(writer, market);
  for (const account of state.accounts) if (account !== null) writeClosedOrders(writer, account);
  return writer.toBytes();
}

/** An exchange that goes on exactly where the one that was encoded stood. */
export function restoreSnapshot(bytes: Uint8Array, listener: ExchangeListener): Exchange {
  const reader = new ByteReader(bytes);
  reader.uint();
  const state = new ExchangeState();
  readVenue(reader, state);
  const marketCount = reader.uint();
  for (let id = 0; id < marketCount; id++) readMarket(reader, state, id as InstrumentId);
  const accountCount = reader.uint();
  for (let id = 1; id < accountCount; id++) readAccount(reader, state, id as AccountId);
  const orderCount = reader.uint();
  for (let index = 0; index < orderCount; index++) {
    const order = readOrder(reader);
    nameOrder(state, order);
    state.openOrders.set(order.id, order);
  }
  for (const account of state.accounts) if (account !== null) readOpenList(reader, state, account);
  for (const market of state.markets) readBook(reader, state, market);
  for (const account of state.accounts) if (account !== null) readClosedOrders(reader, state, account);
  return new Exchange(listener, state);
}

function writeVenue(writer: ByteWriter, state: ExchangeState): void {
  writer.uint(state.position);
  writer.uint(state.time);
  writer.uint(state.clockOffsetMs);
  writer.string(state.epoch);
  writer.string(state.serverRunId);
  writer.string(state.venueTag);
  writer.uint(state.retentionCursor);
  writer.uint(state.lastOrderId);
  writer.uint(state.lastTradeId);
  writer.int(state.fees);
  writer.int(state.insurance);
  writer.int(state.deposits);
  writer.uint(state.incarnations.size);
  for (const [name, batchNumber] of state.incarnations) {
    writer.string(name);
    writer.uint(batchNumber);
  }
}

function readVenue(reader: ByteReader, state: ExchangeState): void {
  state.position = reader.uint() as Position;
  state.time = reader.uint() as Millis;
  state.clockOffsetMs = reader.uint();
  state.epoch = reader.string();
  state.serverRunId = reader.string();
  state.venueTag = reader.string();
  state.retentionCursor = reader.uint() as AccountId;
  state.lastOrderId = reader.uint() as OrderId;
  state.lastTradeId = reader.uint();
  state.fees = reader.int() as Micros;
  state.insurance = reader.int() as Micros;
  state.deposits = reader.int() as Micros;
  const count = reader.uint();
  for (let index = 0; index < count; index++) {
    const name = reader.string();
    state.incarnations.set(name, reader.uint());
  }
}

function writeMarket(writer: ByteWriter, market: Market): void {
  writeInstrument(writer, market.instrument);
  writer.uint(market.oracle);
  writer.uint(market.lastTicks);
  writer.int(market.openInterest);
  writer.uint(market.step);
  writer.bool(market.pinned);
  market.candles.encode(writer);
  market.statistics.encode(writer);
}

function readMarket(reader: ByteReader, state: ExchangeState, id: InstrumentId): void {
  const market = new Market(id, readInstrument(reader));
  market.oracle = reader.uint() as PriceMicros;
  market.lastTicks = reader.uint() as Ticks;
  market.openInterest = reader.int() as Lots;
  market.step = reader.uint();
  market.pinned = reader.bool();
  market.candles = Candles.decode(reader, (interval, candle) =>
    market.closedCandles.push({ interval, candle }),
  );
  market.statistics = DayStatistics.decode(reader);
  state.markets.push(market);
  state.marketIds.set(market.instrument.symbol, id);
}

function writeAccount(writer: ByteWriter, account: Account): void {
  writer.string(account.portfolioId);
  writer.int(account.balance);
  writer.int(account.deposits);
  writer.int(account.feesPaid);
  writer.int(account.fundingPaid);
  writer.uint(account.seq);
  writer.uint(account.holdings.length);
  for (const holding of account.holdings) {
    writer.bool(holding !== null);
    if (holding !== null) writeHolding(writer, holding);
  }
}

function writeHolding(writer: ByteWriter, holding: Holding): void {
  writer.int(holding.lots);
  writer.int(holding.cost);
  writer.int(holding.realizedPnl);
  writer.int(holding.fundingPaid);
  writer.uint(holding.leverage);
  writer.uint(MARGIN_MODES.indexOf(holding.marginMode));
}

function readAccount(reader: ByteReader, state: ExchangeState, id: AccountId): void {
  const account = new Account(id, reader.string());
  account.balance = reader.int() as Micros;
  account.deposits = reader.int() as Micros;
  account.feesPaid = reader.int() as Micros;
  account.fundingPaid = reader.int() as Micros;
  account.seq = reader.uint() as Seq;
  const count = reader.uint();
  for (let instrument = 0; instrument < count; instrument++) {
    account.holdings.push(reader.bool() ? readHolding(reader, instrument as InstrumentId) : null);
  }
  state.accounts[id] = account;
  if (id !== HOUSE) state.portfolioIds.set(account.portfolioId, id);
}

function readHolding(reader: ByteReader, instrument: InstrumentId): Holding {
  const holding = new Holding(instrument, 1);
  holding.lots = reader.int() as Lots;
  holding.cost = reader.int() as Micros;
  holding.realizedPnl = reader.int() as Micros;
  holding.fundingPaid = reader.int() as Micros;
  holding.leverage = reader.uint();
  holding.marginMode = MARGIN_MODES[reader.uint()]!;
  return holding;
}

/** Makes an order known by the client's own id; of two that had it, a day apart, the later one is meant. */
function nameOrder(state: ExchangeState, order: Order): void {
  if (order.clientOrderId === null) return;
  const { byClientOrderId } = state.account(order.account)!;
  const known = byClientOrderId.get(order.clientOrderId);
  if (known === undefined || known < order.id) byClientOrderId.set(order.clientOrderId, order.id);
}

function writeOpenList(writer: ByteWriter, account: Account): void {
  writer.uint(account.openCount);
  for (let order = account.firstOpen; order !== null; order = order.openNext) writer.uint(order.id);
}

function readOpenList(reader: ByteReader, state: ExchangeState, account: Account): void {
  const count = reader.uint();
  for (let index = 0; index < count; index++) {
    const order = state.openOrders.get(reader.uint() as OrderId)!;
    link(state, account, order);
    reserve(state.holding(account, state.market(order.instrument)!), order, 1);
  }
}

function writeClosedOrders(writer: ByteWriter, account: Account): void {
  writer.uint(account.closedOrders.size);
  for (const order of account.closedOrders) writeOrder(writer, order);
}

function readClosedOrders(reader: ByteReader, state: ExchangeState, account: Account): void {
  const count = reader.uint();
  for (let index = 0; index < count; index++) {
    const order = readOrder(reader);
    nameOrder(state, order);
    state.closedPositions.set(order.id, account.closedOrders.push(order));
  }
}

/** Each side's orders, worst level first and in the order of their queues: house orders as 0, price and lots. */
function writeBook(writer: ByteWriter, market: Market): void {
  for (const side of [BUY, SELL] as const) {
    const levels = market.book.levels(side);
    writer.uint(levels.length);
    for (const level of levels) {
      writer.uint(level.ticks);
      for (let order = level.first; order !== null; order = order.queueNext) {
        writer.uint(order.id + 1);
        if (order.id === 0) writer.uint(order.openLots);
      }
      writer.uint(0);
    }
  }
}

function readBook(reader: ByteReader, state: ExchangeState, market: Market): void {
  for (const side of [BUY, SELL] as const) {
    const levelCount = reader.uint();
    for (let index = 0; index < levelCount; index++) readLevel(reader, state, market, side);
  }
}

function readLevel(reader: ByteReader, state: ExchangeState, market: Market, side: Side): void {
  const ticks = reader.uint() as Ticks;
  for (let code = reader.uint(); code !== 0; code = reader.uint()) {
    if (code > 1) {
      market.book.add(state.openOrders.get((code - 1) as OrderId)!);
    } else {
      const order = houseOrder(state, market, side, ticks, reader.uint() as Lots);
      market.book.add(order);
      market.houseOrders(side).set(ticks, order);
    }
  }
}
