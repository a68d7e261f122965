import type { Command } from '../../../src/exchange/command.js';
import type { NaiveState } from './naive-state.js';

/** What is refused after the end of a membership without leaving a trace; an order is kept as a rejected one. */
const FOR_MEMBERS = new Set<Command['kind']>(['AMEND', 'PROTECT', 'SET_LEVERAGE', 'ADJUST_MARGIN', 'TOP_UP']);

export function refusedAfterEnd(state: NaiveState, command: Command): string | null {
  return FOR_MEMBERS.has(command.kind) && 'account' in command ? whyEnded(state, command.account) : null;
}

/** Why an account may not trade any more; null while it may. */
export function whyEnded(state: NaiveState, account: number): string | null {
  const { endsAt, isTrial } = state.account(account).membership;
  if (endsAt === 0 || endsAt > state.time) return null;
  return isTrial ? 'TRIAL_EXPIRED' : 'SUBSCRIPTION_EXPIRED';
}
