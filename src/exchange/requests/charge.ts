import type { Plan } from '../accounts/membership.js';
import type { Charge } from '../command.js';
import { type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';

/** How many requests a plan gives to each key in any 60 seconds; null: as many as one likes. */
export const REQUEST_LIMITS: Readonly<Record<Plan, number | null>> = {
  BASIC: 200,
  PRO: 500,
  UNLIMITED: null,
};

/** The part of a limit that is kept on top of it for cancels: what is open can always be closed. */
const CANCEL_RESERVE = 0.5;

/** So much may be counted of a key before a request of it is refused. */
export function requestsMax(limit: number, isCancel: boolean): number {
  return isCancel ? limit + Math.floor(limit * CANCEL_RESERVE) : limit;
}

/**
 * Counts requests by the plan of an account. The outcome's count is how many of them are admitted; where it is not
 * all of them, its error is `RATE_LIMITED`.
 */
export function charge(state: ExchangeState, command: Charge): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  const { meterId, requests, cost, isCancel } = command;
  if (requests < 1 || cost < 1) return refused('INVALID_REQUEST', account);
  const limit = REQUEST_LIMITS[account.membership.plan];
  if (limit === null) return { error: null, order: null, account, count: requests };
  const nowS = Math.floor(state.time / 1_000);
  const count = state.meters.of(meterId, nowS).charge(nowS, requests, cost, requestsMax(limit, isCancel));
  return { error: count < requests ? 'RATE_LIMITED' : null, order: null, account, count };
}
