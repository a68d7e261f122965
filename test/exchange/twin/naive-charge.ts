import type { Charge } from '../../../src/exchange/command.js';
import { answer, type NaiveOutcome } from './naive-outcome.js';
import type { NaiveState } from './naive-state.js';

/** One request that was admitted. */
export interface NaiveRequest {
  readonly meterId: string;
  readonly second: number;
  readonly cost: number;
}

const LIMITS = { BASIC: 200, PRO: 500, UNLIMITED: Number.POSITIVE_INFINITY };

/** Admits one request after the other until there is no room. */
export function charge(state: NaiveState, command: Charge): NaiveOutcome {
  const { meterId, requests, cost, isCancel } = command;
  const limit = LIMITS[state.account(command.account).membership.plan];
  if (limit === Number.POSITIVE_INFINITY) return { ...answer(null), count: requests };
  const second = Math.floor(state.time / 1_000);
  let count = 0;
  while (count < requests && countedOf(state, meterId) + cost <= limit * (isCancel ? 1.5 : 1)) {
    state.requests.push({ meterId, second, cost });
    count += 1;
  }
  return { ...answer(count < requests ? 'RATE_LIMITED' : null), count };
}

/** What is counted of a meter in this second and the 59 before it. */
export function countedOf(state: NaiveState, meterId: string): number {
  const second = Math.floor(state.time / 1_000);
  const counted = state.requests.filter((each) => each.meterId === meterId && each.second > second - 60);
  return counted.reduce((sum, { cost }) => sum + cost, 0);
}
