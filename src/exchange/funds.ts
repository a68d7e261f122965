import { Account } from './account.js';
import type { Announcer } from './announcer.js';
import type { Deposit, OpenAccount } from './command.js';
import { done, type Outcome, refused } from './outcome.js';
import type { ExchangeState } from './state.js';
import type { AccountId, Micros } from './units.js';

/** Opens a portfolio with its first deposit; one that exists already is left as it is. */
export function openAccount(state: ExchangeState, announcer: Announcer, command: OpenAccount): Outcome {
  const known = state.findPortfolio(command.portfolioId);
  if (known !== undefined) return done(known);
  const account = new Account(state.accounts.length as AccountId, command.portfolioId);
  account.orderLimit = command.orderLimit;
  state.accounts.push(account);
  state.portfolioIds.set(command.portfolioId, account.id);
  credit(state, announcer, account, command.deposit);
  return done(account);
}

/** Adds funds to a portfolio or takes them; refused where a sum would leave the exact integers. */
export function deposit(state: ExchangeState, announcer: Announcer, command: Deposit): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  const sums = [account.balance, account.deposits, state.deposits];
  if (!sums.every((sum) => Number.isSafeInteger(sum + command.amount))) {
    return refused('INVALID_REQUEST', account);
  }
  credit(state, announcer, account, command.amount);
  return done(account);
}

function credit(state: ExchangeState, announcer: Announcer, account: Account, amount: Micros): void {
  account.balance = (account.balance + amount) as Micros;
  account.deposits = (account.deposits + amount) as Micros;
  state.deposits = (state.deposits + amount) as Micros;
  announcer.accountChanged(account);
}
