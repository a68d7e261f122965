import type { Order } from './order.js';
import type { Account, Fill, FundingPayment, Liquidation, Position } from './portfolio.js';
import type { Cursor } from './session.js';

/** What the private channels carry. */
export interface PrivateData {
  readonly orders: Order;
  readonly fills: Fill;
  readonly positions: Position;
  readonly account: Account;
  readonly funding: FundingPayment;
  readonly liquidations: Liquidation;
}

export type PrivateChannel = keyof PrivateData;

/** One private event, exactly once and in order. `data` is of the type that its channel has. */
export type PrivateEvent = {
  readonly [Channel in PrivateChannel]: {
    readonly type: 'EVENT';
    readonly channel: Channel;
    /** Where the stream stands once this event was handled: keep it, and go on with it after a restart. */
    readonly cursor: Cursor;
    readonly time: string;
    /** It happened while the client was away. */
    readonly isReplay: boolean;
    readonly data: PrivateData[Channel];
  };
}[PrivateChannel];

/** The portfolio as it is at the cursor; the events that follow begin right behind it. */
export interface PrivateSnapshot {
  readonly type: 'SNAPSHOT';
  readonly cursor: Cursor;
  readonly time: string;
  /** The open orders, oldest first. */
  readonly orders: readonly Order[];
  readonly positions: readonly Position[];
  readonly account: Account;
}

/**
 * Events were lost for good: those after `since`, which the server does not have any more, or which belong to a
 * history that is gone. A snapshot follows; fills, funding payments and liquidations in between are not in it.
 */
export interface PrivateGap {
  readonly type: 'GAP';
  readonly since: Cursor;
  /** What could have been resumed from. */
  readonly available: { readonly epoch: string; readonly oldest: number; readonly newest: number };
}

export type PrivateItem = PrivateEvent | PrivateSnapshot | PrivateGap;
