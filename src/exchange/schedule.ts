import type { Announcer } from './announcer.js';
import { fireDisconnect, nextDisconnectAt } from './clients/disconnect-guard.js';
import { nextSessionEvent, runSessionEvent } from './equities/session.js';
import { nextFundingAt, settleDuePayments, settleHour } from './funding/funding.js';
import { MARK_SAMPLE_MS } from './markets/mark-price.js';
import { isSettling, nextPredictionAt, settleDue, settleHolders } from './markets/predictions.js';
import { CANCELS_AT_ONCE, cancelDue } from './orders/cancels-in-turn.js';
import { fireDeadman, nextDeadmanAt } from './orders/deadman.js';
import { expireOrder } from './orders/orders.js';
import { react } from './reaction.js';
import type { ExchangeState } from './state.js';
import { nextGridPoint } from './time-grid.js';
import type { Millis } from './units.js';

/**
 * How many funding payments are made in one go at a full hour, how many holdings in predictions are ended when these
 * settle, and how many with each journal entry after it, so that no gateway is held up by a venue with many positions.
 */
const SLICE = 1_000;

/** Something that falls due by itself. */
interface DueSource {
  /** When it is due next; null when it will not be. */
  nextAt(state: ExchangeState): Millis | null;
  /**
   * Runs what is due next; the clock stands at its time already. Of many funding payments or holdings it settles so
   * many at once, and the rest with the entries that follow.
   */
  run(state: ExchangeState, announcer: Announcer, sliceMax: number): void;
}

/**
 * What falls due at the same moment runs in this order. Every moment takes its samples as the clock comes to it,
 * so that their own source has nothing to do but to make it a moment.
 */
const SOURCES: readonly DueSource[] = [
  { nextAt: nextFundingAt, run: settleHour },
  { nextAt: nextSampleAt, run: () => {} },
  { nextAt: ({ expiries }) => expiries.first?.expiresAt ?? null, run: expireOrder },
  { nextAt: nextPredictionAt, run: settleDue },
  { nextAt: nextSessionEvent, run: runSessionEvent },
  { nextAt: nextDeadmanAt, run: fireDeadman },
  { nextAt: nextDisconnectAt, run: fireDisconnect },
];

/**
 * Begins a journal entry: makes the next slice of the payments that the last full hour left, of the holdings that the
 * last settlement left and of the cancels that lost sessions left, and runs everything that falls due up to the entry's moment, each at its own time.
 */
export function beginEntry(state: ExchangeState, announcer: Announcer, time: Millis): void {
  state.cancelsLeft = CANCELS_AT_ONCE;
  if (hasSlicesLeft(state)) settleSlice(state, announcer, SLICE);
  if (time > state.time) passTime(state, announcer, time, SLICE);
}

/** Moves the clock on in the middle of an entry. Nothing of what falls due on the way is left for later. */
export function advanceTime(state: ExchangeState, announcer: Announcer, until: Millis): void {
  state.cancelsLeft = Number.POSITIVE_INFINITY;
  settleSlice(state, announcer, Number.POSITIVE_INFINITY);
  passTime(state, announcer, until, Number.POSITIVE_INFINITY);
}

/** When something falls due by itself, be it only a candle that closes; null when nothing will. */
export function nextDueAt(state: ExchangeState): Millis | null {
  if (hasSlicesLeft(state)) return state.time;
  let next = nextDue(state)?.at ?? null;
  for (const { candles } of state.markets) {
    const closeAt = candles.nextCloseAt;
    if (closeAt !== null && (next === null || closeAt < next)) next = closeAt;
  }
  return next;
}

function hasSlicesLeft(state: ExchangeState): boolean {
  return state.duePayments.length > 0 || state.dueCancels.size > 0 || isSettling(state);
}

function settleSlice(state: ExchangeState, announcer: Announcer, sliceMax: number): void {
  settleDuePayments(state, announcer, sliceMax);
  settleHolders(state, announcer, sliceMax);
  cancelDue(state, announcer);
  conclude(state, announcer);
}

function passTime(state: ExchangeState, announcer: Announcer, until: Millis, sliceMax: number): void {
  for (let due = nextDue(state); due !== null && due.at <= until; due = nextDue(state)) {
    moveClock(state, announcer, due.at);
    due.source.run(state, announcer, sliceMax);
    conclude(state, announcer);
  }
  moveClock(state, announcer, until);
  conclude(state, announcer);
}

/** The next sample that may move a mark which somebody has a position or a waiting order by. */
function nextSampleAt({ markets, time }: ExchangeState): Millis | null {
  for (const market of markets) if (market.isMarkAwaited) return nextGridPoint(time, MARK_SAMPLE_MS);
  return null;
}

function conclude(state: ExchangeState, announcer: Announcer): void {
  react(state, announcer);
  announcer.flush();
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
  const from = state.time;
  state.time = to;
  for (const market of state.markets) {
    const hasClosedCandles = market.passTime(to);
    if (market.takeSamples(from, to) || hasClosedCandles) announcer.marketChanged(market);
  }
}
