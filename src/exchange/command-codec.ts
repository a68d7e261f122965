import { MARGIN_MODES } from './account.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import type { Command, OrderRef, QuoteLevel } from './command.js';
import type { AssetClass, Instrument } from './instrument.js';
import { ORDER_TYPES, TIMES_IN_FORCE } from './order.js';
import type {
  AccountId,
  InstrumentId,
  Lots,
  Micros,
  OrderId,
  Ppm,
  PriceMicros,
  Side,
  Ticks,
} from './units.js';

/** A command's kind as a byte. Part of the journal's format: numbers are never reused. */
const KIND = {
  PLACE: 1,
  AMEND: 2,
  CANCEL: 3,
  CANCEL_ALL: 4,
  SET_LEVERAGE: 5,
  OPEN_ACCOUNT: 6,
  DEPOSIT: 7,
  LIST: 8,
  QUOTE: 9,
  FLOW: 10,
  ADVANCE_CLOCK: 11,
  TICK: 12,
  BEGIN_EPOCH: 13,
} as const satisfies Record<Command['kind'], number>;

const KIND_NAMES = new Map<number, Command['kind']>(
  Object.entries(KIND).map(([name, number]) => [number, name as Command['kind']]),
);
const ASSET_CLASSES: readonly AssetClass[] = ['PERPETUAL', 'EQUITY'];

export function writeCommand(writer: ByteWriter, command: Command): void {
  writer.uint(KIND[command.kind]);
  switch (command.kind) {
    case 'PLACE':
      writer.uint(command.account);
      writer.uint(command.instrument);
      writer.uint(
        (command.side === 1 ? 1 : 0) +
          (command.postOnly ? 2 : 0) +
          (command.reduceOnly ? 4 : 0) +
          (command.clientOrderId !== null ? 8 : 0),
      );
      writer.uint(ORDER_TYPES.indexOf(command.type));
      writer.uint(TIMES_IN_FORCE.indexOf(command.timeInForce));
      writer.uint(command.lots);
      writer.uint(command.ticks);
      if (command.clientOrderId !== null) writer.string(command.clientOrderId);
      return;
    case 'AMEND':
      writer.uint(command.account);
      writeOrderRef(writer, command.order);
      writer.uint(command.lots);
      writer.uint(command.ticks);
      return;
    case 'CANCEL':
      writer.uint(command.account);
      writeOrderRef(writer, command.order);
      return;
    case 'CANCEL_ALL':
      writer.uint(command.account);
      writer.uint(command.instrument === null ? 0 : command.instrument + 1);
      return;
    case 'SET_LEVERAGE':
      writer.uint(command.account);
      writer.uint(command.instrument);
      writer.uint(command.leverage);
      writer.uint(MARGIN_MODES.indexOf(command.marginMode));
      return;
    case 'OPEN_ACCOUNT':
      writer.string(command.portfolioId);
      writer.int(command.deposit);
      return;
    case 'DEPOSIT':
      writer.uint(command.account);
      writer.int(command.amount);
      return;
    case 'LIST':
      writeInstrument(writer, command.instrument);
      return;
    case 'QUOTE':
      writer.uint(command.instrument);
      writer.uint(command.step);
      writer.uint(command.oracle === null ? 0 : command.oracle + 1);
      writeLevels(writer, command.bids);
      writeLevels(writer, command.asks);
      return;
    case 'FLOW':
      writer.uint(command.instrument);
      writer.uint(command.step);
      writer.bool(command.side === 1);
      writer.uint(command.lots);
      return;
    case 'ADVANCE_CLOCK':
      writer.uint(command.advanceMs);
      return;
    case 'TICK':
      return;
    case 'BEGIN_EPOCH':
      writer.string(command.epoch);
      writer.string(command.serverRunId);
      return;
  }
}

export function readCommand(reader: ByteReader): Command {
  const kind = KIND_NAMES.get(reader.uint());
  switch (kind) {
    case 'PLACE':
      return readPlace(reader);
    case 'AMEND':
      return {
        kind,
        account: reader.uint() as AccountId,
        order: readOrderRef(reader),
        lots: reader.uint() as Lots,
        ticks: reader.uint() as Ticks,
      };
    case 'CANCEL':
      return { kind, account: reader.uint() as AccountId, order: readOrderRef(reader) };
    case 'CANCEL_ALL': {
      const account = reader.uint() as AccountId;
      const instrument = reader.uint();
      return { kind, account, instrument: instrument === 0 ? null : ((instrument - 1) as InstrumentId) };
    }
    case 'SET_LEVERAGE':
      return {
        kind,
        account: reader.uint() as AccountId,
        instrument: reader.uint() as InstrumentId,
        leverage: reader.uint(),
        marginMode: MARGIN_MODES[reader.uint()]!,
      };
    case 'OPEN_ACCOUNT':
      return { kind, portfolioId: reader.string(), deposit: reader.int() as Micros };
    case 'DEPOSIT':
      return { kind, account: reader.uint() as AccountId, amount: reader.int() as Micros };
    case 'LIST':
      return { kind, instrument: readInstrument(reader) };
    case 'QUOTE': {
      const instrument = reader.uint() as InstrumentId;
      const step = reader.uint();
      const oracle = reader.uint();
      return {
        kind,
        instrument,
        step,
        oracle: oracle === 0 ? null : ((oracle - 1) as PriceMicros),
        bids: readLevels(reader),
        asks: readLevels(reader),
      };
    }
    case 'FLOW': {
      const instrument = reader.uint() as InstrumentId;
      const step = reader.uint();
      return { kind, instrument, step, side: reader.bool() ? 1 : -1, lots: reader.uint() as Lots };
    }
    case 'ADVANCE_CLOCK':
      return { kind, advanceMs: reader.uint() };
    case 'TICK':
      return { kind };
    case 'BEGIN_EPOCH':
      return { kind, epoch: reader.string(), serverRunId: reader.string() };
    case undefined:
      throw new RangeError('the journal holds a command of an unknown kind');
  }
}

function readPlace(reader: ByteReader): Command {
  const account = reader.uint() as AccountId;
  const instrument = reader.uint() as InstrumentId;
  const flags = reader.uint();
  return {
    kind: 'PLACE',
    account,
    instrument,
    side: ((flags & 1) === 1 ? 1 : -1) as Side,
    type: ORDER_TYPES[reader.uint()]!,
    timeInForce: TIMES_IN_FORCE[reader.uint()]!,
    lots: reader.uint() as Lots,
    ticks: reader.uint() as Ticks,
    postOnly: (flags & 2) !== 0,
    reduceOnly: (flags & 4) !== 0,
    clientOrderId: (flags & 8) !== 0 ? reader.string() : null,
  };
}

/** A number is written as itself, the client's own id as 0 and the text: order numbers begin at 1. */
function writeOrderRef(writer: ByteWriter, ref: OrderRef): void {
  if (typeof ref === 'number') {
    writer.uint(ref);
  } else {
    writer.uint(0);
    writer.string(ref);
  }
}

function readOrderRef(reader: ByteReader): OrderRef {
  const id = reader.uint();
  return id === 0 ? reader.string() : (id as OrderId);
}

/** A side that is left alone is 0; else the count plus one, and prices as steps from the level before. */
function writeLevels(writer: ByteWriter, levels: readonly QuoteLevel[] | null): void {
  writer.uint(levels === null ? 0 : levels.length + 1);
  let previous = 0;
  for (const [ticks, lots] of levels ?? []) {
    writer.int(ticks - previous);
    writer.uint(lots);
    previous = ticks;
  }
}

function readLevels(reader: ByteReader): readonly QuoteLevel[] | null {
  const count = reader.uint();
  if (count === 0) return null;
  const levels: QuoteLevel[] = [];
  let ticks = 0;
  for (let index = 1; index < count; index++) {
    ticks += reader.int();
    levels.push([ticks as Ticks, reader.uint() as Lots]);
  }
  return levels;
}

export function writeInstrument(writer: ByteWriter, instrument: Instrument): void {
  writer.string(instrument.symbol);
  writer.string(instrument.name);
  writer.uint(ASSET_CLASSES.indexOf(instrument.assetClass));
  writer.uint(instrument.priceDecimals);
  writer.uint(instrument.quantityDecimals);
  writer.uint(instrument.significantFigures);
  writer.uint(instrument.minNotional);
  writer.uint(instrument.maxLots);
  writer.uint(instrument.maxTicks);
  writer.uint(instrument.maxMarketNotional);
  writer.uint(instrument.defaultLeverage);
  writer.uint(instrument.marginTiers.length);
  for (const tier of instrument.marginTiers) {
    writer.uint(tier.lowerBound);
    writer.uint(tier.maxLeverage);
  }
  writer.int(instrument.makerFee);
  writer.int(instrument.takerFee);
}

export function readInstrument(reader: ByteReader): Instrument {
  return {
    symbol: reader.string(),
    name: reader.string(),
    assetClass: ASSET_CLASSES[reader.uint()]!,
    priceDecimals: reader.uint(),
    quantityDecimals: reader.uint(),
    significantFigures: reader.uint(),
    minNotional: reader.uint() as Micros,
    maxLots: reader.uint() as Lots,
    maxTicks: reader.uint() as Ticks,
    maxMarketNotional: reader.uint() as Micros,
    defaultLeverage: reader.uint(),
    marginTiers: Array.from({ length: reader.uint() }, () => ({
      lowerBound: reader.uint() as Micros,
      maxLeverage: reader.uint(),
    })),
    makerFee: reader.int() as Ppm,
    takerFee: reader.int() as Ppm,
  };
}
