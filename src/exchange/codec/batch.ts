import type { Command } from '../command.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { readCommand, writeCommand } from './command-codec.js';

/**
 * The version of the rules that turn commands into state. It is part of every batch and snapshot: a process
 * with other rules must not apply them, since its state would differ from what clients were told. Raise it
 * with every change of behaviour or of a format in this folder.
 */
export const ENGINE_VERSION = 6;

/** What a gateway gathered in one turn: one journal entry. */
export interface Batch {
  /** Names the gateway's run; with the number it tells a batch that was sent twice. */
  readonly incarnation: string;
  /** 1, 2, 3 … within the incarnation. */
  readonly number: number;
  readonly commands: readonly Command[];
}

export function encodeBatch(batch: Batch): Uint8Array {
  const writer = new ByteWriter(4 * 1024);
  writer.uint(ENGINE_VERSION);
  writer.string(batch.incarnation);
  writer.uint(batch.number);
  writer.uint(batch.commands.length);
  for (const command of batch.commands) writeCommand(writer, command);
  return writer.toBytes();
}

/** The version of the rules that wrote a batch; to be compared before it is decoded. */
export function engineVersionOf(bytes: Uint8Array): number {
  return new ByteReader(bytes).uint();
}

/** Decodes a batch of this engine version. */
export function decodeBatch(bytes: Uint8Array): Batch {
  const reader = new ByteReader(bytes);
  reader.uint();
  const incarnation = reader.string();
  const number = reader.uint();
  const count = reader.uint();
  const commands: Command[] = [];
  for (let index = 0; index < count; index++) commands.push(readCommand(reader));
  return { incarnation, number, commands };
}
