import type { Announcer } from '../announcer.js';
import type { SetMembership } from '../command.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import type { AccountId } from '../units.js';
import { endedMembership } from './membership.js';

/** Sets on which terms an account trades from now on. No private event tells of it: it changes no money. */
export function setMembership(
  state: ExchangeState,
  { account: accountId, membership }: SetMembership,
): Outcome {
  const account = state.account(accountId);
  if (account === undefined) return refused('FORBIDDEN');
  account.membership = membership;
  return done(account);
}

/** Carries out a command that is refused to an account whose membership has ended. */
export function asMember<Kind extends { readonly account: AccountId }>(
  state: ExchangeState,
  announcer: Announcer,
  command: Kind,
  carryOut: (state: ExchangeState, announcer: Announcer, command: Kind) => Outcome,
): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  const ended = endedMembership(account.membership, state.time);
  return ended === null ? carryOut(state, announcer, command) : refused(ended, account);
}
