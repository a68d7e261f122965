import { MARGIN_MODES } from './account.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import type {
  AmendOrder,
  CancelAll,
  CancelOrder,
  Command,
  Deposit,
  Flow,
  OrderRef,
  PlaceOrder,
  Quote,
  QuoteLevel,
  SetLeverage,
} from './command.js';
import { readInstrument, writeInstrument } from './instrument-codec.js';
import { ORDER_TYPES, TIMES_IN_FORCE } from './order.js';
import type { AccountId, InstrumentId, Lots, Micros, OrderId, PriceMicros, Side, Ticks } from './units.js';

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

export function writeCommand(writer: ByteWriter, command: Command): void {
  writer.uint(KIND[command.kind]);
  switch (command.kind) {
    case 'PLACE':
      return writePlace(writer, command);
    case 'AMEND':
    case 'CANCEL':
    case 'CANCEL_ALL':
    case 'SET_LEVERAGE':
    case 'DEPOSIT':
      writer.uint(command.account);
      return writeAccountCommand(writer, command);
    case 'QUOTE':
    case 'FLOW':
      writer.uint(command.instrument);
      writer.uint(command.step);
      return command.kind === 'QUOTE' ? writeQuote(writer, command) : writeFlow(writer, command);
    case 'OPEN_ACCOUNT':
      writer.string(command.portfolioId);
      return writer.int(command.deposit);
    case 'LIST':
      return writeInstrument(writer, command.instrument);
    case 'ADVANCE_CLOCK':
      return writer.uint(command.advanceMs);
    case 'BEGIN_EPOCH':
      writer.string(command.epoch);
      return writer.string(command.serverRunId);
    case 'TICK':
      return;
  }
}

export function readCommand(reader: ByteReader): Command {
  const kind = KIND_NAMES.get(reader.uint());
  switch (kind) {
    case 'PLACE':
      return readPlace(reader);
    case 'AMEND':
    case 'CANCEL':
    case 'CANCEL_ALL':
    case 'SET_LEVERAGE':
    case 'DEPOSIT':
      return readAccountCommand(kind, reader.uint() as AccountId, reader);
    case 'QUOTE':
    case 'FLOW':
      return readHouseCommand(kind, reader.uint() as InstrumentId, reader.uint(), reader);
    case 'OPEN_ACCOUNT':
      return { kind, portfolioId: reader.string(), deposit: reader.int() as Micros };
    case 'LIST':
      return { kind, instrument: readInstrument(reader) };
    case 'ADVANCE_CLOCK':
      return { kind, advanceMs: reader.uint() };
    case 'BEGIN_EPOCH':
      return { kind, epoch: reader.string(), serverRunId: reader.string() };
    case 'TICK':
      return { kind };
    case undefined:
      throw new RangeError('the journal holds a command of an unknown kind');
  }
}

/** Commands of one account, which is written before. */
type AccountCommand = AmendOrder | CancelOrder | CancelAll | SetLeverage | Deposit;

function writeAccountCommand(writer: ByteWriter, command: AccountCommand): void {
  switch (command.kind) {
    case 'AMEND':
      writeOrderRef(writer, command.order);
      writer.uint(command.lots);
      return writer.uint(command.ticks);
    case 'CANCEL':
      return writeOrderRef(writer, command.order);
    case 'CANCEL_ALL':
      return writer.uint(command.instrument === null ? 0 : command.instrument + 1);
    case 'SET_LEVERAGE':
      writer.uint(command.instrument);
      writer.uint(command.leverage);
      return writer.uint(MARGIN_MODES.indexOf(command.marginMode));
    case 'DEPOSIT':
      return writer.int(command.amount);
  }
}

function readAccountCommand(
  kind: AccountCommand['kind'],
  account: AccountId,
  reader: ByteReader,
): AccountCommand {
  switch (kind) {
    case 'AMEND': {
      const order = readOrderRef(reader);
      return { kind, account, order, lots: reader.uint() as Lots, ticks: reader.uint() as Ticks };
    }
    case 'CANCEL':
      return { kind, account, order: readOrderRef(reader) };
    case 'CANCEL_ALL': {
      const instrument = reader.uint();
      return { kind, account, instrument: instrument === 0 ? null : ((instrument - 1) as InstrumentId) };
    }
    case 'SET_LEVERAGE': {
      const instrument = reader.uint() as InstrumentId;
      return { kind, account, instrument, leverage: reader.uint(), marginMode: MARGIN_MODES[reader.uint()]! };
    }
    case 'DEPOSIT':
      return { kind, account, amount: reader.int() as Micros };
  }
}

function writePlace(writer: ByteWriter, command: PlaceOrder): void {
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
}

function readPlace(reader: ByteReader): PlaceOrder {
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

function writeQuote(writer: ByteWriter, { oracle, bids, asks }: Quote): void {
  writer.uint(oracle === null ? 0 : oracle + 1);
  writeLevels(writer, bids);
  writeLevels(writer, asks);
}

function writeFlow(writer: ByteWriter, { side, lots }: Flow): void {
  writer.bool(side === 1);
  writer.uint(lots);
}

function readHouseCommand(
  kind: 'QUOTE' | 'FLOW',
  instrument: InstrumentId,
  step: number,
  reader: ByteReader,
): Quote | Flow {
  if (kind === 'FLOW') {
    return { kind, instrument, step, side: reader.bool() ? 1 : -1, lots: reader.uint() as Lots };
  }
  const oracle = reader.uint();
  const price = oracle === 0 ? null : ((oracle - 1) as PriceMicros);
  return { kind, instrument, step, oracle: price, bids: readLevels(reader), asks: readLevels(reader) };
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
