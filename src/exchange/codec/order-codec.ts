import { ERROR_CODES } from '../error-code.js';
import { CANCEL_REASONS, ORDER_STATUSES, ORDER_TYPES, Order, TIMES_IN_FORCE } from '../orders/order.js';
import type { AccountId, InstrumentId, Lots, Micros, Millis, OrderId, Side, Ticks } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { readExits, readTrigger, writeExits, writeTrigger } from './trigger-codec.js';

/** Writes one user's order, open or closed, for a snapshot; its links are written with the lists it is in. */
export function writeOrder(writer: ByteWriter, order: Order): void {
  writer.uint(order.id);
  writer.uint(order.account);
  writer.uint(order.instrument);
  writer.uint(
    (order.side === 1 ? 1 : 0) +
      (order.postOnly ? 2 : 0) +
      (order.reduceOnly ? 4 : 0) +
      (order.clientOrderId !== null ? 8 : 0) +
      (order.trigger !== null ? 16 : 0) +
      (order.exits !== null ? 32 : 0) +
      (order.referenceTicks > 0 ? 64 : 0),
  );
  writer.uint(ORDER_TYPES.indexOf(order.type));
  writer.uint(TIMES_IN_FORCE.indexOf(order.timeInForce));
  writer.uint(order.lots);
  writer.uint(order.ticks);
  if (order.clientOrderId !== null) {
    writer.string(order.clientOrderId);
    writer.uint(order.fingerprint);
  }
  writer.uint(order.createdAt);
  writer.uint(order.expiresAt);
  writer.uint(order.filledLots);
  writer.uint(order.filledNotional);
  writer.uint(ORDER_STATUSES.indexOf(order.status));
  writeReason(writer, order.reason);
  writer.uint(order.updatedAt);
  if (order.referenceTicks > 0) writer.uint(order.referenceTicks);
  if (order.trigger !== null) writeTrigger(writer, order.trigger);
  if (order.exits !== null) writeExits(writer, order.exits);
}

export function readOrder(reader: ByteReader): Order {
  const id = reader.uint() as OrderId;
  const account = reader.uint() as AccountId;
  const instrument = reader.uint() as InstrumentId;
  const flags = reader.uint();
  const type = ORDER_TYPES[reader.uint()]!;
  const timeInForce = TIMES_IN_FORCE[reader.uint()]!;
  const lots = reader.uint() as Lots;
  const ticks = reader.uint() as Ticks;
  const clientOrderId = (flags & 8) !== 0 ? reader.string() : null;
  const order = new Order(
    id,
    account,
    instrument,
    ((flags & 1) === 1 ? 1 : -1) as Side,
    type,
    timeInForce,
    lots,
    ticks,
    (flags & 2) !== 0,
    (flags & 4) !== 0,
    clientOrderId,
    clientOrderId === null ? 0 : reader.uint(),
    reader.uint() as Millis,
    reader.uint() as Millis,
  );
  order.filledLots = reader.uint() as Lots;
  order.filledNotional = reader.uint() as Micros;
  order.status = ORDER_STATUSES[reader.uint()]!;
  order.reason = readReason(reader);
  order.updatedAt = reader.uint() as Millis;
  if ((flags & 64) !== 0) order.referenceTicks = reader.uint() as Ticks;
  if ((flags & 16) !== 0) order.trigger = readTrigger(reader);
  if ((flags & 32) !== 0) order.exits = readExits(reader);
  return order;
}

/** 0 for none, odd numbers for error codes, even ones for the exchange's own reasons. */
function writeReason(writer: ByteWriter, reason: Order['reason']): void {
  if (reason === null) {
    writer.uint(0);
    return;
  }
  const own = (CANCEL_REASONS as readonly string[]).indexOf(reason);
  writer.uint(own >= 0 ? 2 * own + 2 : 2 * (ERROR_CODES as readonly string[]).indexOf(reason) + 1);
}

function readReason(reader: ByteReader): Order['reason'] {
  const code = reader.uint();
  if (code === 0) return null;
  return code % 2 === 1 ? ERROR_CODES[(code - 1) / 2]! : CANCEL_REASONS[(code - 2) / 2]!;
}
