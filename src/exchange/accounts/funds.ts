import type { Announcer } from '../announcer.js';
import type { Deposit, OpenAccount, TopUp } from '../command.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import type { AccountId, Micros } from '../units.js';
import { Account } from './account.js';
import { valueAccount } from './account-value.js';

/** Opens a portfolio with its first deposit; one that exists already is left as it is. */
export function openAccount(state: ExchangeState, announcer: Announcer, command: OpenAccount): Outcome {
  const known = state.findPortfolio(command.portfolioId);
  if (known !== undefined) return done(known);
  const account = new Account(state.accounts.length as AccountId, command.portfolioId);
  account.membership = command.membership;
  state.accounts.push(account);
  state.portfolioIds.set(command.portfolioId, account.id);
  credit(state, announcer, account, command.deposit);
  return done(account);
}

/** Adds funds to a portfolio or takes them; refused where a sum would leave the exact integers. */
export function deposit(state: ExchangeState, announcer: Announcer, command: Deposit): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  return depositInto(state, announcer, account, command.amount);
}

/**
 * Deposits an amount where there is less than a limit, with unrealized profit and without, in one step: two at once
 * cannot both find too little. Losses on paper may come back, and gains on paper are not lost.
 */
export function topUp(state: ExchangeState, announcer: Announcer, command: TopUp): Outcome {
  const account = state.account(command.account);
  if (account === undefined) return refused('FORBIDDEN');
  const { equity } = valueAccount(account, state.markets);
  if (Math.max(fundsOf(account), equity) >= command.below) return refused('BALANCE_TOO_HIGH', account);
  return depositInto(state, announcer, account, command.amount);
}

/**
 * The balance of an account and the margins of its isolated positions: what it is worth without unrealized profit.
 * No part of it can be hidden from a limit by moving it.
 */
export function fundsOf(account: Account): Micros {
  let funds: number = account.balance;
  for (const holding of account.holdings) funds += holding?.isolatedMargin ?? 0;
  return funds as Micros;
}

function depositInto(state: ExchangeState, announcer: Announcer, account: Account, amount: Micros): Outcome {
  const sums = [account.balance, account.deposits, state.deposits];
  if (!sums.every((sum) => Number.isSafeInteger(sum + amount))) return refused('INVALID_REQUEST', account);
  credit(state, announcer, account, amount);
  return done(account);
}

function credit(state: ExchangeState, announcer: Announcer, account: Account, amount: Micros): void {
  account.balance = (account.balance + amount) as Micros;
  account.deposits = (account.deposits + amount) as Micros;
  state.deposits = (state.deposits + amount) as Micros;
  announcer.accountChanged(account);
}
