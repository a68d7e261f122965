import { Account, HOUSE, Holding, MARGIN_MODES } from './account.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import type { ExchangeState } from './state.js';
import type { AccountId, InstrumentId, Lots, Micros, Seq } from './units.js';

/** Writes an account with its holdings and without its orders, for a snapshot. */
export function writeAccount(writer: ByteWriter, account: Account): void {
  writer.string(account.portfolioId);
  writer.int(account.balance);
  writer.int(account.deposits);
  writer.int(account.feesPaid);
  writer.int(account.fundingPaid);
  writer.uint(account.seq);
  writer.uint(account.holdings.length);
  for (const holding of account.holdings) {
    writer.bool(holding !== null);
    if (holding !== null) writeHolding(writer, holding);
  }
}

function writeHolding(writer: ByteWriter, holding: Holding): void {
  writer.int(holding.lots);
  writer.int(holding.cost);
  writer.int(holding.realizedPnl);
  writer.int(holding.fundingPaid);
  writer.uint(holding.leverage);
  writer.uint(MARGIN_MODES.indexOf(holding.marginMode));
  writer.int(holding.isolatedMargin);
}

export function readAccount(reader: ByteReader, state: ExchangeState, id: AccountId): void {
  const account = new Account(id, reader.string());
  account.balance = reader.int() as Micros;
  account.deposits = reader.int() as Micros;
  account.feesPaid = reader.int() as Micros;
  account.fundingPaid = reader.int() as Micros;
  account.seq = reader.uint() as Seq;
  const count = reader.uint();
  for (let instrument = 0; instrument < count; instrument++) {
    account.holdings.push(reader.bool() ? readHolding(reader, instrument as InstrumentId) : null);
  }
  state.accounts[id] = account;
  if (id !== HOUSE) state.portfolioIds.set(account.portfolioId, id);
}

function readHolding(reader: ByteReader, instrument: InstrumentId): Holding {
  const holding = new Holding(instrument, 1);
  holding.lots = reader.int() as Lots;
  holding.cost = reader.int() as Micros;
  holding.realizedPnl = reader.int() as Micros;
  holding.fundingPaid = reader.int() as Micros;
  holding.leverage = reader.uint();
  holding.marginMode = MARGIN_MODES[reader.uint()]!;
  holding.isolatedMargin = reader.int() as Micros;
  return holding;
}
