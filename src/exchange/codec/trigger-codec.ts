import { type Exit, type Exits, Trigger, type TriggerTerms } from '../orders/trigger.js';
import type { OrderId, Ppm, PriceMicros, Ticks } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';

/** What a stop waits for, as the command that places it says. */
export function writeTerms(writer: ByteWriter, terms: TriggerTerms): void {
  writer.uint(terms.ticks);
  writer.uint(terms.trailTicks);
  writer.uint(terms.trailPpm);
}

export function readTerms(reader: ByteReader): TriggerTerms {
  return {
    ticks: reader.uint() as Ticks,
    trailTicks: reader.uint() as Ticks,
    trailPpm: reader.uint() as Ppm,
  };
}

/** A trigger with all it has come to, for a snapshot. */
export function writeTrigger(writer: ByteWriter, trigger: Trigger): void {
  writeTerms(writer, trigger);
  writer.uint(trigger.parent);
  writer.bool(trigger.coversPosition);
  writer.uint(trigger.sibling);
  writer.uint(trigger.extreme);
}

export function readTrigger(reader: ByteReader): Trigger {
  const trigger = new Trigger(readTerms(reader), reader.uint() as OrderId, reader.bool());
  trigger.sibling = reader.uint() as OrderId;
  trigger.extreme = reader.uint() as PriceMicros;
  return trigger;
}

export function writeExits(writer: ByteWriter, { takeProfit, stopLoss }: Exits): void {
  for (const exit of [takeProfit, stopLoss]) {
    writer.bool(exit !== null);
    if (exit !== null) writeExit(writer, exit);
  }
}

export function readExits(reader: ByteReader): Exits {
  const takeProfit = reader.bool() ? readExit(reader) : null;
  return { takeProfit, stopLoss: reader.bool() ? readExit(reader) : null };
}

export function writeExit(writer: ByteWriter, { ticks, limitTicks }: Exit): void {
  writer.uint(ticks);
  writer.uint(limitTicks);
}

export function readExit(reader: ByteReader): Exit {
  return { ticks: reader.uint() as Ticks, limitTicks: reader.uint() as Ticks };
}
