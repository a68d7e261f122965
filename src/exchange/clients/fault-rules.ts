import type { Account } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import type { SetFaults } from '../command.js';
import type { ErrorCode } from '../error-code.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import { strikes } from './fault-lot.js';

/** Sets what goes wrong for a portfolio from now on, instead of what did; it is told of, but is no private event. */
export function setFaults(state: ExchangeState, announcer: Announcer, command: SetFaults): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  account.faults = command.faults;
  account.ordersUnderFaults = 0;
  announcer.faultsSet(account, command.disconnects);
  return done(account);
}

/** Counts an order that is being placed under faults, and tells whether it is one of those to be rejected. */
export function injectedRejection(account: Account): ErrorCode | null {
  const { faults } = account;
  if (faults === null) return null;
  account.ordersUnderFaults += 1;
  const { seed, rejectRate } = faults;
  return strikes(seed, 'ORDER', account.ordersUnderFaults, rejectRate) ? 'FAULT_INJECTED' : null;
}
