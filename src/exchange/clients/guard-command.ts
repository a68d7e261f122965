import type { AccountId, Position } from '../units.js';

/**
 * Has all open orders of a portfolio cancelled when a session of it ends; null calls it off. The session belongs to the
 * gateway run whose batch the command is in.
 */
export interface GuardSession {
  readonly kind: 'GUARD_SESSION';
  readonly account: AccountId;
  readonly sessionId: string;
  /** How long after its end. */
  readonly graceMs: number | null;
}

/** A session of the gateway run whose batch this is in has ended. */
export interface LoseSession {
  readonly kind: 'SESSION_LOST';
  readonly sessionId: string;
  /** Where the journal stood when the client was last heard of. */
  readonly heardAt: Position;
}

/** A session of a portfolio has begun, on whichever gateway. */
export interface ReturnPortfolio {
  readonly kind: 'PORTFOLIO_BACK';
  readonly account: AccountId;
}

/**
 * A gateway run is dead, or as good as dead, and all its sessions with it. It is ignored when the run has appended
 * another batch since.
 */
export interface LoseGateway {
  readonly kind: 'GATEWAY_LOST';
  readonly incarnation: string;
  /** The number of its last batch that was seen. */
  readonly lastNumber: number;
}

/** What concerns the sessions whose end has orders cancelled. */
export type GuardCommand = GuardSession | LoseSession | ReturnPortfolio | LoseGateway;
