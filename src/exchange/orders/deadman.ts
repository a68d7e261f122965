import type { Account } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import type { SetDeadman } from '../command.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import type { Millis } from '../units.js';
import { cancelInTurn } from './cancels-in-turn.js';

/** The shortest and the longest time that orders may be left alone. */
export const DEADMAN_MIN_MS = 1_000;
export const DEADMAN_MAX_MS = 24 * 60 * 60 * 1_000;
/** How often a portfolio's orders are cancelled so on one day; after that it cannot be set until the next. */
export const DEADMAN_FIRINGS_MAX = 10;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Sets, renews or calls off the cancellation of all of a portfolio's open orders. */
export function setDeadman(state: ExchangeState, command: SetDeadman): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  const { timeoutMs } = command;
  const isValid = timeoutMs === 0 || (timeoutMs >= DEADMAN_MIN_MS && timeoutMs <= DEADMAN_MAX_MS);
  if (!isValid) return refused('INVALID_REQUEST', account);
  const isSpent = account.deadmanDay === dayOf(state) && account.deadmanFirings >= DEADMAN_FIRINGS_MAX;
  if (timeoutMs > 0 && isSpent) return refused('RATE_LIMITED', account);
  state.deadmen.remove(account);
  account.deadmanAt = (timeoutMs === 0 ? 0 : state.time + timeoutMs) as Millis;
  if (timeoutMs > 0) state.deadmen.push(account);
  return done(account);
}

/** When the next portfolio's orders are to be cancelled; null when none are. */
export function nextDeadmanAt({ deadmen }: ExchangeState): Millis | null {
  return deadmen.first?.deadmanAt ?? null;
}

/** Cancels the orders of the portfolio that has been silent for too long, and is not watched any more then. */
export function fireDeadman(state: ExchangeState, announcer: Announcer): void {
  const account = state.deadmen.first!;
  state.deadmen.remove(account);
  account.deadmanAt = 0 as Millis;
  countFiring(account, dayOf(state));
  cancelInTurn(state, announcer, account, state.lastOrderId, 'DEADMAN');
}

/** The next moment at which a spent portfolio may set it again: midnight of UTC. */
export function nextDeadmanDay({ time }: ExchangeState): Millis {
  return ((Math.floor(time / DAY_MS) + 1) * DAY_MS) as Millis;
}

function countFiring(account: Account, day: number): void {
  account.deadmanFirings = account.deadmanDay === day ? account.deadmanFirings + 1 : 1;
  account.deadmanDay = day;
}

function dayOf({ time }: ExchangeState): number {
  return Math.floor(time / DAY_MS);
}
