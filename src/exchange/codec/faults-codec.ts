import type { Faults } from '../clients/faults.js';
import type { SetFaults } from '../command.js';
import type { AccountId, Ppm } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';

/** A portfolio's faults, in the journal and in snapshots alike; null for none. */
export function writeFaults(writer: ByteWriter, faults: Faults | null): void {
  writer.bool(faults !== null);
  if (faults === null) return;
  writer.uint(faults.latencyMs);
  writer.uint(faults.dropRate);
  writer.uint(faults.rejectRate);
  writer.bool(faults.isFrozen);
  writer.uint(faults.seed);
}

export function readFaults(reader: ByteReader): Faults | null {
  if (!reader.bool()) return null;
  return {
    latencyMs: reader.uint(),
    dropRate: reader.uint() as Ppm,
    rejectRate: reader.uint() as Ppm,
    isFrozen: reader.bool(),
    seed: reader.uint(),
  };
}

/** The command in the journal's form; the account is written before. */
export function writeSetFaults(writer: ByteWriter, { faults, disconnects }: SetFaults): void {
  writeFaults(writer, faults);
  writer.bool(disconnects);
}

export function readSetFaults(account: AccountId, reader: ByteReader): SetFaults {
  const faults = readFaults(reader);
  return { kind: 'SET_FAULTS', account, faults, disconnects: reader.bool() };
}
