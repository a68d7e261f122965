import { type Membership, PLANS } from '../accounts/membership.js';
import type { Millis } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';

/** A membership, in the journal and in snapshots alike. */
export function writeMembership(writer: ByteWriter, { plan, endsAt, isTrial }: Membership): void {
  writer.uint(PLANS.indexOf(plan));
  writer.uint(endsAt);
  writer.bool(isTrial);
}

export function readMembership(reader: ByteReader): Membership {
  const plan = PLANS[reader.uint()]!;
  const endsAt = reader.uint() as Millis;
  return { plan, endsAt, isTrial: reader.bool() };
}
