import type { Announcer } from './announcer.js';
import { expireOrder } from './orders.js';
import { react } from './reaction.js';
import type { ExchangeState } from './state.js';
import type { Millis } from './units.js';

/** Something that falls due by itself. */
interface DueSource {
  /** When it is due next; null when it will not be. */
  nextAt(state: ExchangeState): Millis | null;
  /** Runs what is due next. The clock stands at its time already. */
  run(state: ExchangeState, announcer: Announcer): void;
}

/** What falls due at the same moment runs in this order. */
const SOURCES: readonly DueSource[] = [{ nextAt: ({ expiries }) => expiries.nextAt, run: expireOrder }];

/** Runs everything that falls due up to a moment, each at its own time, and moves the clock there. */
export function passTime(state: ExchangeState, announcer: Announcer, until: Millis): void {
  if (until <= state.time) return;
  for (let due = nextDue(state); due !== null && due.at <= until; due = nextDue(state)) {
    moveClock(state, announcer, due.at);
    due.source.run(state, announcer);
    react(state, announcer);
    announcer.flush();
  }
  moveClock(state, announcer, until);
  react(state, announcer);
  announcer.flush();
}

/** When something falls due by itself, be it only a candle that closes; null when nothing will. */
export function nextDueAt(state: ExchangeState): Millis | null {
  let next = nextDue(state)?.at ?? null;
  for (const { candles } of state.markets) {
    const closeAt = candles.nextCloseAt;
    if (closeAt !== null && (next === null || closeAt < next)) next = closeAt;
  }
  return next;
}

function nextDue(state: ExchangeState): { source: DueSource; at: Millis } | null {
  let next: { source: DueSource; at: Millis } | null = null;
  for (const source of SOURCES) {
    const at = source.nextAt(state);
    if (at !== null && (next === null || at < next.at)) next = { source, at };
  }
  return next;
}

function moveClock(state: ExchangeState, announcer: Announcer, to: Millis): void {
  if (to <= state.time) return;
  state.time = to;
  for (const market of state.markets) {
    if (market.passTime(to)) announcer.marketChanged(market);
  }
}
