import { PORTFOLIO_TYPES } from '../accounts/account.js';
import { BROKER_IDS } from '../accounts/brokers.js';
import type { ConfigureAccount } from '../command.js';
import type { AccountId } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';

/** An account's profile in the journal's form; the account is written before. What is left as it is, is 0. */
export function writeConfigure(writer: ByteWriter, { portfolioType, broker }: ConfigureAccount): void {
  writer.uint(portfolioType === null ? 0 : PORTFOLIO_TYPES.indexOf(portfolioType) + 1);
  writer.uint(broker === null ? 0 : BROKER_IDS.indexOf(broker) + 1);
}

export function readConfigure(account: AccountId, reader: ByteReader): ConfigureAccount {
  const portfolioType = PORTFOLIO_TYPES[reader.uint() - 1] ?? null;
  const broker = BROKER_IDS[reader.uint() - 1] ?? null;
  return { kind: 'CONFIGURE_ACCOUNT', account, portfolioType, broker };
}
