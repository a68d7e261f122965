import type { Flow, Quote, QuoteLevel } from '../command.js';
import type { InstrumentId, Lots, PriceMicros, Rate, Ticks } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';

/** The house's commands, in the journal's form; instrument and step are written before. */
export function writeQuote(writer: ByteWriter, { oracle, bids, asks, fundingRate }: Quote): void {
  writer.uint(oracle === null ? 0 : oracle + 1);
  writeLevels(writer, bids);
  writeLevels(writer, asks);
  writeRate(writer, fundingRate);
}

/** A rate of either sign, or none. */
export function writeRate(writer: ByteWriter, rate: Rate | null): void {
  writer.bool(rate !== null);
  if (rate !== null) writer.int(rate);
}

export function readRate(reader: ByteReader): Rate | null {
  return reader.bool() ? (reader.int() as Rate) : null;
}

export function writeFlow(writer: ByteWriter, { side, lots }: Flow): void {
  writer.bool(side === 1);
  writer.uint(lots);
}

export function readHouseCommand(
  kind: 'QUOTE' | 'FLOW',
  instrument: InstrumentId,
  step: number,
  reader: ByteReader,
): Quote | Flow {
  if (kind === 'FLOW') {
    return { kind, instrument, step, side: reader.bool() ? 1 : -1, lots: reader.uint() as Lots };
  }
  const oracle = reader.uint();
  const price = oracle === 0 ? null : ((oracle - 1) as PriceMicros);
  const bids = readLevels(reader);
  const asks = readLevels(reader);
  return { kind, instrument, step, oracle: price, bids, asks, fundingRate: readRate(reader) };
}

/** A side that is left alone is 0; else the count plus one, and prices as steps from the level before. */
export function writeLevels(writer: ByteWriter, levels: readonly QuoteLevel[] | null): void {
  writer.uint(levels === null ? 0 : levels.length + 1);
  let previous = 0;
  for (const [ticks, lots] of levels ?? []) {
    writer.int(ticks - previous);
    writer.uint(lots);
    previous = ticks;
  }
}

export function readLevels(reader: ByteReader): readonly QuoteLevel[] | null {
  const count = reader.uint();
  if (count === 0) return null;
  const levels: QuoteLevel[] = [];
  let ticks = 0;
  for (let index = 1; index < count; index++) {
    ticks += reader.int();
    levels.push([ticks as Ticks, reader.uint() as Lots]);
  }
  return levels;
}
