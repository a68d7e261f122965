import type { AccountId, OrderId, Position } from '../units.js';

/** A session whose end has the open orders of its portfolio cancelled. */
export interface GuardedSession {
  readonly account: AccountId;
  /** How long after its end. */
  readonly graceMs: number;
}

/** The guarded sessions of one run of a gateway, by their ids, in the order in which they asked first. */
export class GuardedGateway {
  readonly sessions = new Map<string, GuardedSession>();

  /** `heardAt` is where its last batch stands in the journal. */
  constructor(public heardAt: Position) {}
}

/** The beginning of a session of a portfolio. */
export interface PortfolioReturn {
  readonly position: Position;
  /** The venue's last order before. */
  readonly lastOrderId: OrderId;
}
