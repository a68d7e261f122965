import type { ByteReader, ByteWriter } from '../codec/bytes.js';
import type { AccountId, OrderId } from '../units.js';
import { CANCEL_REASONS, type CancelReason } from './order.js';

/** The orders of a portfolio that are to be cancelled in their turn: what was placed later stays. */
export interface DueCancel {
  readonly last: OrderId;
  readonly reason: CancelReason;
}

/** Writes the cancels that wait for their turn, for a snapshot. */
export function writeDueCancels(writer: ByteWriter, dueCancels: ReadonlyMap<AccountId, DueCancel>): void {
  writer.uint(dueCancels.size);
  for (const [account, { last, reason }] of dueCancels) {
    writer.uint(account);
    writer.uint(last);
    writer.uint(CANCEL_REASONS.indexOf(reason));
  }
}

export function readDueCancels(reader: ByteReader, dueCancels: Map<AccountId, DueCancel>): void {
  const count = reader.uint();
  for (let index = 0; index < count; index++) {
    const account = reader.uint() as AccountId;
    const last = reader.uint() as OrderId;
    dueCancels.set(account, { last, reason: CANCEL_REASONS[reader.uint()]! });
  }
}
