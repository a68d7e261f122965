import { Account, HOUSE, Holding, MARGIN_MODES, PORTFOLIO_TYPES } from '../accounts/account.js';
import { BROKER_IDS } from '../accounts/brokers.js';
import type { TradedVolume } from '../accounts/traded-volume.js';
import type { TradeRecord } from '../matching/trade-record.js';
import type { ExchangeState } from '../state.js';
import type { AccountId, InstrumentId, Lots, Micros, Millis, Seq } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { readFaults, writeFaults } from './faults-codec.js';
import { readDisconnects, writeDisconnects } from './guard-codec.js';
import { readMembership, writeMembership } from './membership-codec.js';
import { readVolume, writeVolume } from './volume-codec.js';

/** Writes an account with its holdings and without its orders, for a snapshot. */
export function writeAccount(writer: ByteWriter, account: Account): void {
  writer.string(account.portfolioId);
  writer.int(account.balance);
  writer.int(account.deposits);
  writer.int(account.feesPaid);
  writer.int(account.fundingPaid);
  writer.uint(account.partialLiquidationAt);
  writer.uint(account.seq);
  writer.uint(PORTFOLIO_TYPES.indexOf(account.portfolioType));
  writer.uint(BROKER_IDS.indexOf(account.broker));
  writeMembership(writer, account.membership);
  writeTradedVolume(writer, account.volume);
  writeTradeRecord(writer, account.tradeRecord);
  writer.uint(account.deadmanAt);
  writer.uint(account.deadmanDay);
  writer.uint(account.deadmanFirings);
  writeFaults(writer, account.faults);
  writer.uint(account.ordersUnderFaults);
  writeDisconnects(writer, account);
  writer.uint(account.holdings.length);
  for (const holding of account.holdings) {
    writer.bool(holding !== null);
    if (holding !== null) writeHolding(writer, holding);
  }
}

function writeTradedVolume(writer: ByteWriter, traded: TradedVolume): void {
  writeVolume(writer, traded.lifetime);
  writer.uint(traded.days.length);
  for (const { day, volume } of traded.days) {
    writer.uint(day);
    writeVolume(writer, volume);
  }
}

function writeTradeRecord(writer: ByteWriter, record: TradeRecord): void {
  writer.uint(record.closed);
  writer.uint(record.winning);
  writer.uint(record.losing);
  writer.int(record.best);
  writer.int(record.worst);
  writeVolume(writer, record.volume);
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
  account.partialLiquidationAt = reader.uint() as Millis;
  account.seq = reader.uint() as Seq;
  account.portfolioType = PORTFOLIO_TYPES[reader.uint()]!;
  account.broker = BROKER_IDS[reader.uint()]!;
  account.membership = readMembership(reader);
  readTradedVolume(reader, account.volume);
  readTradeRecord(reader, account.tradeRecord);
  account.deadmanAt = reader.uint() as Millis;
  account.deadmanDay = reader.uint();
  account.deadmanFirings = reader.uint();
  account.faults = readFaults(reader);
  account.ordersUnderFaults = reader.uint();
  if (account.deadmanAt > 0) state.deadmen.push(account);
  readDisconnects(reader, state, account);
  const count = reader.uint();
  for (let instrument = 0; instrument < count; instrument++) {
    account.holdings.push(reader.bool() ? readHolding(reader, instrument as InstrumentId) : null);
  }
  state.accounts[id] = account;
  if (id !== HOUSE) state.portfolioIds.set(account.portfolioId, id);
}

function readTradedVolume(reader: ByteReader, traded: TradedVolume): void {
  traded.lifetime.addVolume(readVolume(reader));
  const count = reader.uint();
  for (let index = 0; index < count; index++) traded.restoreDay(reader.uint(), readVolume(reader));
}

function readTradeRecord(reader: ByteReader, record: TradeRecord): void {
  record.closed = reader.uint();
  record.winning = reader.uint();
  record.losing = reader.uint();
  record.best = reader.int() as Micros;
  record.worst = reader.int() as Micros;
  record.volume.addVolume(readVolume(reader));
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
