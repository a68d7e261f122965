import type { Faults } from '../clients/faults.js';
import type { PortfolioReturn } from '../clients/guarded-gateway.js';
import { TradeRecord } from '../matching/trade-record.js';
import { ClosedOrders } from '../orders/closed-orders.js';
import type { Order } from '../orders/order.js';
import type { AccountId, InstrumentId, Lots, Micros, Millis, OrderId, Seq } from '../units.js';
import type { BrokerId } from './brokers.js';
import { type Membership, unending } from './membership.js';
import { TradedVolume } from './traded-volume.js';

export const MARGIN_MODES = ['CROSS', 'ISOLATED'] as const;
export type MarginMode = (typeof MARGIN_MODES)[number];

/** Whether equities are paid for in full, or may be bought with twice the equity and sold short. */
export const PORTFOLIO_TYPES = ['CASH', 'MARGIN'] as const;
export type PortfolioType = (typeof PORTFOLIO_TYPES)[number];

/** An account's holding in one instrument, with the settings and the resting orders that bear on it. */
export class Holding {
  /** Signed: positive is long. */
  lots = 0 as Lots;
  /** Signed sum of ticks × lots that the open position was entered for; entry price = cost / lots. */
  cost = 0 as Micros;
  /** Profit of what was closed, without fees. */
  realizedPnl = 0 as Micros;
  fundingPaid = 0 as Micros;
  leverage: number;
  marginMode: MarginMode = 'CROSS';
  /** What an isolated position has of its own, apart from the account's balance; 0 for a cross one. */
  isolatedMargin = 0 as Micros;

  /**
   * Open lots of the resting orders, a side each, and of them lots and notional of the plain ones, which may
   * increase the position; the others are reduce-only.
   */
  bidLots = 0 as Lots;
  plainBidLots = 0 as Lots;
  bidNotional = 0 as Micros;
  askLots = 0 as Lots;
  plainAskLots = 0 as Lots;
  askNotional = 0 as Micros;
  /** The resting and waiting orders that are reduce-only and must shrink with the position. */
  readonly reduceOnlyOrders = new Set<Order>();
  /** How many trailing stops wait. */
  trailingCount = 0;
  /** True while a change of this command waits to be announced. */
  changed = false;
  /**
   * What this command has closed of the position so far, as profit; null when it closed nothing. What the house paid of
   * a loss beyond the margin of an isolated position is no loss of the account.
   */
  closedPnl: Micros | null = null;
  /** Its place among those whose mark price is watched, from its first position on. Derived from the rest. */
  watch: Watch | null = null;

  constructor(
    readonly instrument: InstrumentId,
    leverage: number,
  ) {
    this.leverage = leverage;
  }
}

/** A portfolio as the exchange sees it: money, holdings, open orders and its own sequence of events. */
export class Account {
  /** Deposits plus realised profit, funding and fees. */
  balance = 0 as Micros;
  deposits = 0 as Micros;
  feesPaid = 0 as Micros;
  fundingPaid = 0 as Micros;
  /** When a part of a large position of it was last liquidated; 0: never. */
  partialLiquidationAt = 0 as Millis;
  portfolioType: PortfolioType = 'CASH';
  /** Whose commissions it pays for equities. */
  broker: BrokerId = 'default';
  membership: Membership = unending('BASIC');
  readonly volume = new TradedVolume();
  readonly tradeRecord = new TradeRecord();
  /** The number of its latest private event. */
  seq = 0 as Seq;

  /** By instrument id; null where it never had a position, an order or a setting. */
  readonly holdings: (Holding | null)[] = [];
  firstOpen: Order | null = null;
  lastOpen: Order | null = null;
  openCount = 0;
  readonly closedOrders = new ClosedOrders();
  /** Orders by the client's own id, open or lately closed. */
  readonly byClientOrderId = new Map<string, OrderId>();
  /** When its open orders are all cancelled unless it says otherwise before; 0: never. */
  deadmanAt = 0 as Millis;
  /** The last day, counted from 1970-01-01 UTC, on which that happened, and how often it did on that day. */
  deadmanDay = 0;
  deadmanFirings = 0;
  /** What goes wrong for it on purpose; null: nothing. */
  faults: Faults | null = null;
  /** How many orders it has placed since that was set. */
  ordersUnderFaults = 0;
  /** How many sessions of it are guarded: their end has its open orders cancelled. */
  guardedSessions = 0;
  /** The latest beginnings of its sessions, oldest first; known while some are guarded. */
  readonly returns: PortfolioReturn[] = [];
  /** When its open orders are all cancelled unless it is back before; 0: never. */
  disconnectAt = 0 as Millis;
  changed = false;

  constructor(
    readonly id: AccountId,
    /** The portfolio's UUID. */
    readonly portfolioId: string,
  ) {}
}

/** A position whose mark price is watched. */
export interface Watch {
  readonly account: Account;
  readonly holding: Holding;
  /**
   * While the mark is not beyond this price, below it for a long position and above it for a short one, what the
   * position belongs to cannot be below its maintenance margin.
   */
  alarm: number;
}

/** The house trades without margin, fees, events or open-order limits. */
export const HOUSE = 1 as AccountId;
