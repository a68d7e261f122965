import type { ExchangeState } from '../state.js';
import type { AccountId, Micros, Millis, OrderId, Position } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { readMeters, writeMeters } from './charge-codec.js';

/** Writes what concerns the venue as a whole, for a snapshot. */
export function writeVenue(writer: ByteWriter, state: ExchangeState): void {
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
  writeSession(writer, state);
  writer.uint(state.incarnations.size);
  for (const [name, batchNumber] of state.incarnations) {
    writer.string(name);
    writer.uint(batchNumber);
    writer.bool(state.givenUp.has(name));
  }
  writeMeters(writer, state.meters);
}

function writeSession(writer: ByteWriter, { session }: ExchangeState): void {
  writer.bool(session !== null);
  if (session === null) return;
  writer.uint(session.opensAt);
  writer.uint(session.closesAt);
  writer.bool(session.isOpen);
}

function readSession(reader: ByteReader, state: ExchangeState): void {
  if (!reader.bool()) return;
  const opensAt = reader.uint() as Millis;
  state.session = { opensAt, closesAt: reader.uint() as Millis, isOpen: reader.bool() };
}

export function readVenue(reader: ByteReader, state: ExchangeState): void {
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
  readSession(reader, state);
  const count = reader.uint();
  for (let index = 0; index < count; index++) {
    const name = reader.string();
    state.incarnations.set(name, reader.uint());
    if (reader.bool()) state.givenUp.add(name);
  }
  readMeters(reader, state.meters);
}
