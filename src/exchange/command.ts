import type { MarginMode, PortfolioType } from './accounts/account.js';
import type { BrokerId } from './accounts/brokers.js';
import type { Membership } from './accounts/membership.js';
import type { Faults } from './clients/faults.js';
import type { GuardCommand } from './clients/guard-command.js';
import type { Instrument, PredictionOutcome } from './markets/instrument.js';
import type { OrderType, TimeInForce } from './orders/order.js';
import type { Exit, Exits, TriggerTerms } from './orders/trigger.js';
import type {
  AccountId,
  InstrumentId,
  Lots,
  Micros,
  Millis,
  OrderId,
  PriceMicros,
  Rate,
  Side,
  Ticks,
} from './units.js';

/** Which order is meant: by the exchange's number, or by the client's own id. */
export type OrderRef = OrderId | string;

export interface PlaceOrder {
  readonly kind: 'PLACE';
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly lots: Lots;
  /** The limit price; 0 for a market order. */
  readonly ticks: Ticks;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly clientOrderId: string | null;
  /** When a GTD order ends; 0 with the other times in force. */
  readonly expiresAt: Millis;
  /** What a stop waits for; null for an order that enters the market at once. */
  readonly trigger: TriggerTerms | null;
  /** What follows when the order has filled; null for nothing. */
  readonly exits: Exits | null;
}

export interface AmendOrder {
  readonly kind: 'AMEND';
  readonly account: AccountId;
  readonly order: OrderRef;
  /** The new total quantity; 0 leaves it. */
  readonly lots: Lots;
  /** The new limit price; 0 leaves it. */
  readonly ticks: Ticks;
  /** The new trigger price of a waiting stop; 0 leaves it. */
  readonly stopTicks: Ticks;
}

export interface CancelOrder {
  readonly kind: 'CANCEL';
  readonly account: AccountId;
  readonly order: OrderRef;
}

export interface CancelAll {
  readonly kind: 'CANCEL_ALL';
  readonly account: AccountId;
  /** Null: in every instrument. */
  readonly instrument: InstrumentId | null;
}

/** Has all open orders of a portfolio cancelled after a time, unless it is sent again before; 0 calls it off. */
export interface SetDeadman {
  readonly kind: 'SET_DEADMAN';
  readonly account: AccountId;
  readonly timeoutMs: number;
}

/**
 * Counts requests of one meter against the limit that the plan of an account gives. Where not all of them are
 * admitted, the commands right behind it in its batch that it guards are refused as well, and not carried out.
 */
export interface Charge {
  readonly kind: 'CHARGE';
  readonly account: AccountId;
  /** What is counted as one: a key, or all log-ins of a user. */
  readonly meterId: string;
  /** How many requests there are. As many of them as there is room for are admitted. */
  readonly requests: number;
  /** What each of them counts as. */
  readonly cost: number;
  /** True: they may use the reserve for cancels. */
  readonly isCancel: boolean;
  /** How many commands behind it depend on it. */
  readonly guards: number;
}

/** What becomes of one exit of a position. */
export type ExitChange = Exit | 'KEEP' | 'REMOVE';

/** Sets, replaces or removes the take profit and the stop loss of a whole position. */
export interface ProtectPosition {
  readonly kind: 'PROTECT';
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly takeProfit: ExitChange;
  readonly stopLoss: ExitChange;
}

export interface SetLeverage {
  readonly kind: 'SET_LEVERAGE';
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly leverage: number;
  readonly marginMode: MarginMode;
}

/** Adds funds of the balance to the margin of an isolated position, or takes them back where negative. */
export interface AdjustMargin {
  readonly kind: 'ADJUST_MARGIN';
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly amount: Micros;
}

/** Opens a portfolio with its first deposit. A portfolio that exists already is left as it is. */
export interface OpenAccount {
  readonly kind: 'OPEN_ACCOUNT';
  readonly portfolioId: string;
  readonly deposit: Micros;
  readonly membership: Membership;
}

/** Changes on which terms a portfolio trades, and until when. */
export interface SetMembership {
  readonly kind: 'SET_MEMBERSHIP';
  readonly account: AccountId;
  readonly membership: Membership;
}

/** Changes what kind of brokerage account a portfolio is. What is null stays as it is. */
export interface ConfigureAccount {
  readonly kind: 'CONFIGURE_ACCOUNT';
  readonly account: AccountId;
  readonly portfolioType: PortfolioType | null;
  readonly broker: BrokerId | null;
}

/** Sets what goes wrong for a portfolio from now on, instead of what did. */
export interface SetFaults {
  readonly kind: 'SET_FAULTS';
  readonly account: AccountId;
  /** Null: nothing. */
  readonly faults: Faults | null;
  /** True: its sessions are cut, once. */
  readonly disconnects: boolean;
}

/** Adds funds to a portfolio, or takes them where the amount is negative. */
export interface Deposit {
  readonly kind: 'DEPOSIT';
  readonly account: AccountId;
  readonly amount: Micros;
}

/** Adds funds to a portfolio that has nearly none left. */
export interface TopUp {
  readonly kind: 'TOP_UP';
  readonly account: AccountId;
  readonly amount: Micros;
  /**
   * What its equity must be below, and its funds as well: its balance and the margins of its isolated positions, which
   * is equity without unrealized profit.
   */
  readonly below: Micros;
}

/** Lists an instrument, or changes the rules of the one with the same symbol. */
export interface ListInstrument {
  readonly kind: 'LIST';
  readonly instrument: Instrument;
}

export type QuoteLevel = readonly [ticks: Ticks, lots: Lots];

/** The house's quotes and the oracle price of one instrument. A side that is null stays as it is. */
export interface Quote {
  readonly kind: 'QUOTE';
  readonly instrument: InstrumentId;
  readonly oracle: PriceMicros | null;
  /** Best first, strictly descending. */
  readonly bids: readonly QuoteLevel[] | null;
  /** Best first, strictly ascending. */
  readonly asks: readonly QuoteLevel[] | null;
  /** The hourly funding rate that the source knows of; null leaves it. Used where funding comes from the source. */
  readonly fundingRate: Rate | null;
  /**
   * The source's own step number, 1, 2, 3 …: a step at or below the last one applied is ignored, so that two
   * sources at once do no harm. 0: not from a source but from the sandbox, which ends the source's quoting.
   */
  readonly step: number;
}

/**
 * A market order of the house's flow, as if others traded. A source sends the flow of a step, any number of
 * orders, before the quotes of that step; flow of any other step than the next is ignored. 0: the sandbox.
 */
export interface Flow {
  readonly kind: 'FLOW';
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly lots: Lots;
  readonly step: number;
}

/** Settles one funding payment of an instrument now, whatever the hour. */
export interface SettleFunding {
  readonly kind: 'SETTLE_FUNDING';
  readonly instrument: InstrumentId;
  /** For one hour, within ±1; null: what the next full hour would bring by the samples so far. */
  readonly rate: Rate | null;
}

/** Settles both outcomes of a binary market now, whatever its date: at 1 the one that came true, at 0 the other. */
export interface SettlePrediction {
  readonly kind: 'SETTLE_PREDICTION';
  readonly marketId: string;
  readonly outcome: PredictionOutcome;
}

/** Moves the exchange's clock ahead of Redis's, running everything that falls due on the way. */
export interface AdvanceClock {
  readonly kind: 'ADVANCE_CLOCK';
  readonly advanceMs: number;
}

/** Lets time pass, so that what is due happens on a quiet venue too. */
export interface Tick {
  readonly kind: 'TICK';
}

/** Names the history from here on; see docs/architecture.md on epochs. */
export interface BeginEpoch {
  readonly kind: 'BEGIN_EPOCH';
  readonly epoch: string;
  /**
   * The epoch that it follows; empty where there is none yet. After another one it is ignored: of several gateways
   * that found the same loss, the first names the history.
   */
  readonly after: string;
  /** The run id of the Redis server that holds this history. */
  readonly serverRunId: string;
}

/** Everything that can change the exchange. */
export type Command =
  | PlaceOrder
  | AmendOrder
  | CancelOrder
  | CancelAll
  | SetDeadman
  | Charge
  | ProtectPosition
  | SetLeverage
  | AdjustMargin
  | OpenAccount
  | SetMembership
  | ConfigureAccount
  | SetFaults
  | Deposit
  | TopUp
  | ListInstrument
  | Quote
  | Flow
  | SettleFunding
  | SettlePrediction
  | AdvanceClock
  | Tick
  | BeginEpoch
  | GuardCommand;
