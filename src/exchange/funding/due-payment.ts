import type { ByteReader, ByteWriter } from '../codec/bytes.js';
import type { FundingPayment } from '../event.js';
import type { AccountId, InstrumentId, Lots, PriceMicros, Rate } from '../units.js';

/** A payment whose terms are fixed, whatever becomes of the position: it was open at the funding time. */
export interface DuePayment extends Omit<FundingPayment, 'amount'> {
  readonly account: AccountId;
}

/** Writes the funding payments that wait for their turn, for a snapshot. */
export function writeDuePayments(writer: ByteWriter, payments: readonly DuePayment[]): void {
  writer.uint(payments.length);
  for (const { account, instrument, lots, rate, oracle } of payments) {
    writer.uint(account);
    writer.uint(instrument);
    writer.int(lots);
    writer.int(rate);
    writer.uint(oracle);
  }
}

export function readDuePayments(reader: ByteReader): DuePayment[] {
  const count = reader.uint();
  return Array.from({ length: count }, () => ({
    account: reader.uint() as AccountId,
    instrument: reader.uint() as InstrumentId,
    lots: reader.int() as Lots,
    rate: reader.int() as Rate,
    oracle: reader.uint() as PriceMicros,
  }));
}
