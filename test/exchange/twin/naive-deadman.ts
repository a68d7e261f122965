import type { SetDeadman } from '../../../src/exchange/command.js';
import type { NaiveAccount } from './naive-account.js';
import { answer, type NaiveOutcome } from './naive-outcome.js';
import type { NaiveState } from './naive-state.js';

const DAY_MS = 86_400_000;

export function setDeadman(state: NaiveState, { account: id, timeoutMs }: SetDeadman): NaiveOutcome {
  const account = state.account(id);
  if (timeoutMs !== 0 && (timeoutMs < 1_000 || timeoutMs > DAY_MS)) return answer('INVALID_REQUEST');
  const today = account.deadmanFirings.filter((time) => isSameDay(time, state.time));
  if (timeoutMs > 0 && today.length >= 10) return answer('RATE_LIMITED');
  account.deadmanAt = timeoutMs === 0 ? 0 : state.time + timeoutMs;
  return answer(null);
}

export function fireDeadman(state: NaiveState, account: NaiveAccount): void {
  account.deadmanAt = 0;
  account.deadmanFirings.push(state.time);
  for (const order of state.openOrdersOf(account.id)) state.withdraw(order, 'CANCELED', 'DEADMAN');
}

function isSameDay(one: number, other: number): boolean {
  return new Date(one).toISOString().slice(0, 10) === new Date(other).toISOString().slice(0, 10);
}
