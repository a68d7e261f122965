import { type Static, Type } from 'typebox';
import { termsOf } from '../../billing/plans.js';
import type { Account } from '../../exchange/accounts/account.js';
import { fundsOf } from '../../exchange/accounts/funds.js';
import type { TopUp } from '../../exchange/command.js';
import type { Micros } from '../../exchange/units.js';
import { dollarsOf, microsOf } from './account-amounts.js';

/** Who has as much is not topped up. */
const NEARLY_NOTHING_DOLLARS = 100;

/** What a top-up has done. */
export const TOPPED_UP = Type.Object({
  message: Type.String(),
  previous_balance: Type.Number(),
  added_amount: Type.Number(),
  new_balance: Type.Number(),
});

/** Adds what the account's plan gives; positions and orders stay. */
export function topUpOf(account: Account): TopUp {
  const amount = microsOf(termsOf(account.membership.plan).balance);
  return { kind: 'TOP_UP', account: account.id, amount, below: microsOf(NEARLY_NOTHING_DOLLARS) };
}

/** To be written in the moment in which the top-up was applied. */
export function toppedUp(account: Account, { amount }: TopUp): Static<typeof TOPPED_UP> {
  const funds = fundsOf(account);
  return {
    message: 'Account topped up successfully',
    previous_balance: dollarsOf((funds - amount) as Micros),
    added_amount: dollarsOf(amount),
    new_balance: dollarsOf(funds),
  };
}
