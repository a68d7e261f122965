import { Volume } from '../markets/volume.js';
import type { ByteReader, ByteWriter } from './bytes.js';

/** Writes an amount traded, for a snapshot. */
export function writeVolume(writer: ByteWriter, { dollars, micros }: Volume): void {
  writer.uint(dollars);
  writer.uint(micros);
}

export function readVolume(reader: ByteReader): Volume {
  const volume = new Volume();
  volume.dollars = reader.uint();
  volume.micros = reader.uint();
  return volume;
}
