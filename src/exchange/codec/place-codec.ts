import type { PlaceOrder } from '../command.js';
import { ORDER_TYPES, TIMES_IN_FORCE } from '../orders/order.js';
import type { AccountId, InstrumentId, Lots, Millis, Side, Ticks } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { readExits, readTerms, writeExits, writeTerms } from './trigger-codec.js';

/** The commands that place orders, in the journal's form. */
export function writePlace(writer: ByteWriter, command: PlaceOrder): void {
  writer.uint(command.account);
  writer.uint(command.instrument);
  writer.uint(
    (command.side === 1 ? 1 : 0) +
      (command.postOnly ? 2 : 0) +
      (command.reduceOnly ? 4 : 0) +
      (command.clientOrderId !== null ? 8 : 0) +
      (command.expiresAt > 0 ? 16 : 0) +
      (command.trigger !== null ? 32 : 0) +
      (command.exits !== null ? 64 : 0),
  );
  writer.uint(ORDER_TYPES.indexOf(command.type));
  writer.uint(TIMES_IN_FORCE.indexOf(command.timeInForce));
  writer.uint(command.lots);
  writer.uint(command.ticks);
  if (command.clientOrderId !== null) writer.string(command.clientOrderId);
  if (command.expiresAt > 0) writer.uint(command.expiresAt);
  if (command.trigger !== null) writeTerms(writer, command.trigger);
  if (command.exits !== null) writeExits(writer, command.exits);
}

export function readPlace(reader: ByteReader): PlaceOrder {
  const account = reader.uint() as AccountId;
  const instrument = reader.uint() as InstrumentId;
  const flags = reader.uint();
  return {
    kind: 'PLACE',
    account,
    instrument,
    side: ((flags & 1) === 1 ? 1 : -1) as Side,
    type: ORDER_TYPES[reader.uint()]!,
    timeInForce: TIMES_IN_FORCE[reader.uint()]!,
    lots: reader.uint() as Lots,
    ticks: reader.uint() as Ticks,
    postOnly: (flags & 2) !== 0,
    reduceOnly: (flags & 4) !== 0,
    clientOrderId: (flags & 8) !== 0 ? reader.string() : null,
    expiresAt: ((flags & 16) !== 0 ? reader.uint() : 0) as Millis,
    trigger: (flags & 32) !== 0 ? readTerms(reader) : null,
    exits: (flags & 64) !== 0 ? readExits(reader) : null,
  };
}
