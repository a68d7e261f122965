import type { SetFaults } from '../../../src/exchange/command.js';
import { answer, type NaiveOutcome } from './naive-outcome.js';
import type { NaiveState } from './naive-state.js';

const WORD = 2n ** 32n;
/** The series that orders are drawn in. */
const ORDERS = 1n;

export function setFaults(state: NaiveState, { account, faults }: SetFaults): NaiveOutcome {
  Object.assign(state.account(account), { faults, orderCount: 0 });
  return answer(null);
}

/** Whether the order that the account places now is one of those that its faults have rejected. */
export function rejection(state: NaiveState, id: number): string | null {
  const account = state.account(id);
  if (account.faults === null) return null;
  account.orderCount += 1;
  const { seed, rejectRate } = account.faults;
  const lot = [BigInt(seed), ORDERS, BigInt(account.orderCount), 0n].reduce(mix);
  return lot % 1_000_000n < BigInt(rejectRate) ? 'FAULT_INJECTED' : null;
}

/** Unsigned words of 32 bits, where the exchange has signed ones. */
function mix(lot: bigint, part: bigint): bigint {
  let next = ((lot ^ part) * 0x9e3779b1n + 0x3c6ef372n) % WORD;
  next = ((next ^ (next >> 15n)) * 0x85ebca6bn) % WORD;
  next = ((next ^ (next >> 13n)) * 0xc2b2ae35n) % WORD;
  return next ^ (next >> 16n);
}
