import type { Account } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import { cancelInTurn } from '../orders/cancels-in-turn.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import type { Millis, Position } from '../units.js';
import type { GuardSession, LoseGateway, LoseSession, ReturnPortfolio } from './guard-command.js';
import { GuardedGateway, type GuardedSession } from './guarded-gateway.js';

/** The longest time that orders may be left alone after a disconnect. */
export const GRACE_MAX_MS = 60_000;
/** So many sessions of one portfolio may be guarded at once. */
export const GUARDED_SESSIONS_MAX = 1_000;
/**
 * So many of a portfolio's latest returns are known. Who comes back more often before an end is noticed may lose
 * orders of the earlier sessions, never keep some that should have been cancelled.
 */
const RETURNS_MAX = 8;

/** Guards a session of the gateway whose batch this is in, changes how, or calls it off. */
export function guardSession(
  state: ExchangeState,
  { account: id, sessionId, graceMs }: GuardSession,
  incarnation: string,
): Outcome {
  const account = state.account(id);
  if (account === undefined) return refused('FORBIDDEN');
  if (graceMs !== null && graceMs > GRACE_MAX_MS) return refused('INVALID_REQUEST', account);
  const known = state.guardedGateways.get(incarnation);
  const guard = known?.sessions.get(sessionId);
  if (guard !== undefined && guard.account !== id) return refused('FORBIDDEN');
  if (graceMs === null) {
    if (guard !== undefined) release(state, incarnation, sessionId);
    return done(account);
  }
  if (guard === undefined) {
    if (account.guardedSessions >= GUARDED_SESSIONS_MAX) return refused('INVALID_REQUEST', account);
    account.guardedSessions += 1;
  }
  const gateway = known ?? new GuardedGateway(state.position);
  if (known === undefined) state.guardedGateways.set(incarnation, gateway);
  gateway.sessions.set(sessionId, { account: id, graceMs });
  return done(account);
}

/** Does what a session of the gateway whose batch this is in had asked for; nothing where it is not guarded. */
export function loseSession(
  state: ExchangeState,
  announcer: Announcer,
  { sessionId, heardAt }: LoseSession,
  incarnation: string,
): Outcome {
  const guard = state.guardedGateways.get(incarnation)?.sessions.get(sessionId);
  if (guard === undefined) return done();
  lose(state, announcer, guard, heardAt);
  release(state, incarnation, sessionId);
  return done(state.account(guard.account));
}

/** A portfolio is back: what waits for it is called off, and its orders from here on belong to a session that lives. */
export function returnPortfolio(state: ExchangeState, command: ReturnPortfolio): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  state.disconnected.remove(account);
  account.disconnectAt = 0 as Millis;
  if (account.guardedSessions > 0) {
    state.lastReturnAt = state.position;
    account.returns.push({ position: state.position, lastOrderId: state.lastOrderId });
    if (account.returns.length > RETURNS_MAX) account.returns.shift();
  }
  return done(account);
}

/**
 * Gives a gateway up: does what all its sessions had asked for, and takes nothing from it any more, since it may come to
 * life again with orders that were sent to it before.
 */
export function loseGateway(
  state: ExchangeState,
  announcer: Announcer,
  { incarnation, lastNumber }: LoseGateway,
): Outcome {
  const gateway = state.guardedGateways.get(incarnation);
  if (gateway === undefined || (state.incarnations.get(incarnation) ?? 0) > lastNumber) return done();
  state.givenUp.add(incarnation);
  for (const [sessionId, guard] of gateway.sessions) {
    lose(state, announcer, guard, gateway.heardAt);
    release(state, incarnation, sessionId);
  }
  return done();
}

/** When the next portfolio's orders are to be cancelled because it did not come back; null when none are. */
export function nextDisconnectAt({ disconnected }: ExchangeState): Millis | null {
  return disconnected.first?.disconnectAt ?? null;
}

/** Cancels the orders of the portfolio whose grace is over. */
export function fireDisconnect(state: ExchangeState, announcer: Announcer): void {
  const account = state.disconnected.first!;
  state.disconnected.remove(account);
  account.disconnectAt = 0 as Millis;
  cancelInTurn(state, announcer, account, state.lastOrderId, 'DISCONNECT');
}

/** The end of a session: a portfolio that has begun another one since is back already. */
function lose(
  state: ExchangeState,
  announcer: Announcer,
  { account: id, graceMs }: GuardedSession,
  heardAt: Position,
): void {
  const account = state.account(id)!;
  const since = account.returns.find(({ position }) => position > heardAt);
  if (graceMs === 0) {
    cancelInTurn(state, announcer, account, since?.lastOrderId ?? state.lastOrderId, 'DISCONNECT');
  } else if (since === undefined) awaitReturn(state, account, (state.time + graceMs) as Millis);
}

/** Of several sessions that are lost, the one with the least patience decides. */
function awaitReturn(state: ExchangeState, account: Account, until: Millis): void {
  if (account.disconnectAt !== 0 && account.disconnectAt <= until) return;
  state.disconnected.remove(account);
  account.disconnectAt = until;
  state.disconnected.push(account);
}

/** The session is not guarded any more. */
function release(state: ExchangeState, incarnation: string, sessionId: string): void {
  const gateway = state.guardedGateways.get(incarnation)!;
  const account = state.account(gateway.sessions.get(sessionId)!.account)!;
  gateway.sessions.delete(sessionId);
  if (gateway.sessions.size === 0) state.guardedGateways.delete(incarnation);
  account.guardedSessions -= 1;
  if (account.guardedSessions === 0) account.returns.length = 0;
}
