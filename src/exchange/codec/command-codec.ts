import { MARGIN_MODES } from '../accounts/account.js';
import type {
  AdjustMargin,
  AmendOrder,
  CancelAll,
  CancelOrder,
  Charge,
  Command,
  ConfigureAccount,
  Deposit,
  ExitChange,
  OrderRef,
  ProtectPosition,
  SetDeadman,
  SetFaults,
  SetLeverage,
  SetMembership,
  TopUp,
} from '../command.js';
import { PREDICTION_OUTCOMES } from '../markets/instrument.js';
import type { AccountId, InstrumentId, Lots, Micros, OrderId, Ticks } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { readCharge, writeCharge } from './charge-codec.js';
import { readSetFaults, writeSetFaults } from './faults-codec.js';
import { readGuardCommand, writeGuardCommand } from './guard-codec.js';
import { readHouseCommand, readRate, writeFlow, writeQuote, writeRate } from './house-codec.js';
import { readInstrument, writeInstrument } from './instrument-codec.js';
import { readMembership, writeMembership } from './membership-codec.js';
import { readPlace, writePlace } from './place-codec.js';
import { readConfigure, writeConfigure } from './profile-codec.js';
import { readExit, writeExit } from './trigger-codec.js';

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
  SET_DEADMAN: 14,
  PROTECT: 15,
  SETTLE_FUNDING: 16,
  ADJUST_MARGIN: 17,
  CONFIGURE_ACCOUNT: 18,
  SET_MEMBERSHIP: 19,
  TOP_UP: 20,
  SETTLE_PREDICTION: 21,
  CHARGE: 22,
  SET_FAULTS: 27,
  GUARD_SESSION: 23,
  SESSION_LOST: 24,
  PORTFOLIO_BACK: 25,
  GATEWAY_LOST: 26,
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
    case 'SET_DEADMAN':
    case 'PROTECT':
    case 'SET_LEVERAGE':
    case 'ADJUST_MARGIN':
    case 'DEPOSIT':
    case 'TOP_UP':
    case 'CONFIGURE_ACCOUNT':
    case 'SET_MEMBERSHIP':
    case 'CHARGE':
    case 'SET_FAULTS':
      writer.uint(command.account);
      return writeAccountCommand(writer, command);
    case 'QUOTE':
    case 'FLOW':
      writer.uint(command.instrument);
      writer.uint(command.step);
      return command.kind === 'QUOTE' ? writeQuote(writer, command) : writeFlow(writer, command);
    case 'SETTLE_FUNDING':
      writer.uint(command.instrument);
      return writeRate(writer, command.rate);
    case 'SETTLE_PREDICTION':
      writer.string(command.marketId);
      return writer.uint(PREDICTION_OUTCOMES.indexOf(command.outcome));
    case 'OPEN_ACCOUNT':
      writer.string(command.portfolioId);
      writer.int(command.deposit);
      return writeMembership(writer, command.membership);
    case 'LIST':
      return writeInstrument(writer, command.instrument);
    case 'ADVANCE_CLOCK':
      return writer.uint(command.advanceMs);
    case 'BEGIN_EPOCH':
      writer.string(command.epoch);
      writer.string(command.after);
      return writer.string(command.serverRunId);
    case 'GUARD_SESSION':
    case 'SESSION_LOST':
    case 'PORTFOLIO_BACK':
    case 'GATEWAY_LOST':
      return writeGuardCommand(writer, command);
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
    case 'SET_DEADMAN':
    case 'PROTECT':
    case 'SET_LEVERAGE':
    case 'ADJUST_MARGIN':
    case 'DEPOSIT':
    case 'TOP_UP':
    case 'CONFIGURE_ACCOUNT':
    case 'SET_MEMBERSHIP':
    case 'CHARGE':
    case 'SET_FAULTS':
      return readAccountCommand(kind, reader.uint() as AccountId, reader);
    case 'QUOTE':
    case 'FLOW':
      return readHouseCommand(kind, reader.uint() as InstrumentId, reader.uint(), reader);
    case 'SETTLE_FUNDING':
      return { kind, instrument: reader.uint() as InstrumentId, rate: readRate(reader) };
    case 'SETTLE_PREDICTION':
      return { kind, marketId: reader.string(), outcome: PREDICTION_OUTCOMES[reader.uint()]! };
    case 'OPEN_ACCOUNT':
      return {
        kind,
        portfolioId: reader.string(),
        deposit: reader.int() as Micros,
        membership: readMembership(reader),
      };
    case 'LIST':
      return { kind, instrument: readInstrument(reader) };
    case 'ADVANCE_CLOCK':
      return { kind, advanceMs: reader.uint() };
    case 'BEGIN_EPOCH':
      return { kind, epoch: reader.string(), after: reader.string(), serverRunId: reader.string() };
    case 'GUARD_SESSION':
    case 'SESSION_LOST':
    case 'PORTFOLIO_BACK':
    case 'GATEWAY_LOST':
      return readGuardCommand(kind, reader);
    case 'TICK':
      return { kind };
    case undefined:
      throw new RangeError('the journal holds a command of an unknown kind');
  }
}

/** Commands of one account, which is written before. */
type AccountCommand =
  | AmendOrder
  | CancelOrder
  | CancelAll
  | SetDeadman
  | ProtectPosition
  | SetLeverage
  | AdjustMargin
  | Deposit
  | TopUp
  | ConfigureAccount
  | SetMembership
  | Charge
  | SetFaults;

function writeAccountCommand(writer: ByteWriter, command: AccountCommand): void {
  switch (command.kind) {
    case 'AMEND':
      writeOrderRef(writer, command.order);
      writer.uint(command.lots);
      writer.uint(command.ticks);
      return writer.uint(command.stopTicks);
    case 'CANCEL':
      return writeOrderRef(writer, command.order);
    case 'CANCEL_ALL':
      return writer.uint(command.instrument === null ? 0 : command.instrument + 1);
    case 'SET_DEADMAN':
      return writer.uint(command.timeoutMs);
    case 'PROTECT':
      writer.uint(command.instrument);
      writeExitChange(writer, command.takeProfit);
      return writeExitChange(writer, command.stopLoss);
    case 'SET_LEVERAGE':
      writer.uint(command.instrument);
      writer.uint(command.leverage);
      return writer.uint(MARGIN_MODES.indexOf(command.marginMode));
    case 'ADJUST_MARGIN':
      writer.uint(command.instrument);
      return writer.int(command.amount);
    case 'DEPOSIT':
      return writer.int(command.amount);
    case 'TOP_UP':
      writer.int(command.amount);
      return writer.int(command.below);
    case 'CONFIGURE_ACCOUNT':
      return writeConfigure(writer, command);
    case 'SET_MEMBERSHIP':
      return writeMembership(writer, command.membership);
    case 'CHARGE':
      return writeCharge(writer, command);
    case 'SET_FAULTS':
      return writeSetFaults(writer, command);
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
      const lots = reader.uint() as Lots;
      return { kind, account, order, lots, ticks: reader.uint() as Ticks, stopTicks: reader.uint() as Ticks };
    }
    case 'CANCEL':
      return { kind, account, order: readOrderRef(reader) };
    case 'CANCEL_ALL': {
      const instrument = reader.uint();
      return { kind, account, instrument: instrument === 0 ? null : ((instrument - 1) as InstrumentId) };
    }
    case 'SET_DEADMAN':
      return { kind, account, timeoutMs: reader.uint() };
    case 'PROTECT': {
      const instrument = reader.uint() as InstrumentId;
      const takeProfit = readExitChange(reader);
      return { kind, account, instrument, takeProfit, stopLoss: readExitChange(reader) };
    }
    case 'SET_LEVERAGE': {
      const instrument = reader.uint() as InstrumentId;
      return { kind, account, instrument, leverage: reader.uint(), marginMode: MARGIN_MODES[reader.uint()]! };
    }
    case 'ADJUST_MARGIN': {
      const instrument = reader.uint() as InstrumentId;
      return { kind, account, instrument, amount: reader.int() as Micros };
    }
    case 'DEPOSIT':
      return { kind, account, amount: reader.int() as Micros };
    case 'TOP_UP':
      return { kind, account, amount: reader.int() as Micros, below: reader.int() as Micros };
    case 'CONFIGURE_ACCOUNT':
      return readConfigure(account, reader);
    case 'SET_MEMBERSHIP':
      return { kind, account, membership: readMembership(reader) };
    case 'CHARGE':
      return readCharge(account, reader);
    case 'SET_FAULTS':
      return readSetFaults(account, reader);
  }
}

/** 0 and 1 for what is kept and removed, 2 and the exit for what is set. */
function writeExitChange(writer: ByteWriter, change: ExitChange): void {
  writer.uint(change === 'KEEP' ? 0 : change === 'REMOVE' ? 1 : 2);
  if (typeof change !== 'string') writeExit(writer, change);
}

function readExitChange(reader: ByteReader): ExitChange {
  const code = reader.uint();
  if (code < 2) return code === 0 ? 'KEEP' : 'REMOVE';
  return readExit(reader);
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
