import type { Account } from '../accounts/account.js';
import { queueReleased } from '../equities/session.js';
import type { ExchangeListener } from '../event.js';
import { Exchange } from '../exchange.js';
import { readDuePayments, writeDuePayments } from '../funding/due-payment.js';
import { watchAll } from '../liquidation/at-risk.js';
import { readDueCancels, writeDueCancels } from '../orders/due-cancel.js';
import { arm, link, reserve } from '../orders/open-orders.js';
import type { Order } from '../orders/order.js';
import { ExchangeState } from '../state.js';
import type { AccountId, InstrumentId, OrderId } from '../units.js';
import { readAccount, writeAccount } from './account-codec.js';
import { ENGINE_VERSION } from './batch.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { readGuards, writeGuards } from './guard-codec.js';
import { readBook, readMarket, writeBook, writeMarket } from './market-codec.js';
import { readOrder, writeOrder } from './order-codec.js';
import { readVenue, writeVenue } from './venue-codec.js';

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
  writeDuePayments(writer, state.duePayments);
  writeDueCancels(writer, state.dueCancels);
  writeGuards(writer, state);
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
    if (order.status === 'PENDING_MARKET_OPEN') state.waitingForOpen.add(order);
  }
  for (const account of state.accounts) if (account !== null) readOpenList(reader, state, account);
  for (const market of state.markets) readBook(reader, state, market);
  for (const account of state.accounts) if (account !== null) readClosedOrders(reader, state, account);
  state.duePayments = readDuePayments(reader);
  readDueCancels(reader, state.dueCancels);
  readGuards(reader, state);
  queueReleased(state);
  watchAll(state);
  return new Exchange(listener, state);
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
    const market = state.market(order.instrument)!;
    const holding = state.holding(account, market);
    if (order.isWaiting) arm(holding, market, order);
    else reserve(holding, order, 1);
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
