import { afterAll, describe, expect, test } from 'vitest';
import { PREDICTION_TERRAINS, SESSION_TERRAINS, TERRAINS } from './traffic.js';
import { compareRun, drawRun, type Run, shrink } from './twin.js';

/** Each seed is a run on a fresh exchange; `TWIN_SEED=7` runs that one alone. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const ENTRIES_PER_RUN = 5_500;
/** Runs in which the equity keeps the hours of its exchange. */
const SESSION_SEEDS = [31, 32, 33];
const SESSION_ENTRIES_PER_RUN = 3_000;
/** Runs with predictions, which settle in the course of them. */
const PREDICTION_SEEDS = [51, 52, 53];
const PREDICTION_ENTRIES_PER_RUN = 3_000;
const COMMANDS_MIN = 100_000;
/** A run takes a few seconds; with the shrinking of a difference many times that. */
const RUN_TIMEOUT_MS = 300_000;

/** What all runs together must have come across, or they prove less than they seem to. */
const EXPECTED = [
  ...['TRADE', 'FILLED', 'CANCELED', 'SELF_TRADE', 'REDUCE_ONLY', 'UNFILLED_REMAINDER', 'DAY_ENDED'],
  ...['FORBIDDEN', 'UNKNOWN_SYMBOL', 'ORDER_NOT_FOUND', 'ORDER_NOT_OPEN', 'DUPLICATE_CLIENT_ORDER_ID'],
  ...['INSUFFICIENT_MARGIN', 'REDUCE_ONLY_WOULD_INCREASE', 'POST_ONLY_WOULD_CROSS', 'WOULD_NOT_FILL'],
  ...['NO_LIQUIDITY', 'PRICE_NOT_ON_TICK', 'BELOW_MIN_NOTIONAL', 'ORDER_TOO_LARGE', 'PRICE_TOO_FAR'],
  ...['LEVERAGE_NOT_ALLOWED', 'INVALID_REQUEST', 'FUNDING_PAID', 'FUNDING_RECEIVED'],
  ...['QUANTITY_NOT_ON_LOT'],
  ...['MARKET_CLOSED', 'PENDING_MARKET_OPEN', 'TOO_MANY_OPEN_ORDERS'],
  ...['PENDING', 'TIME_ENDED', 'SIBLING_FILLED', 'DEADMAN', 'DISCONNECT', 'UNAVAILABLE'],
  ...['INVALID_TRIGGER_PRICE', 'SETTLED'],
  ...['POSITION_NOT_FOUND', 'POSITION_NOT_ISOLATED'],
  ...['TRIAL_EXPIRED', 'SUBSCRIPTION_EXPIRED', 'BALANCE_TOO_HIGH', 'RATE_LIMITED', 'FAULT_INJECTED'],
  ...['MAKER_WITHOUT_MARGIN', 'LIQUIDATION', 'MARKET', 'BACKSTOP', 'ADL', 'AUTO_DELEVERAGING'],
];

const given = process.env['TWIN_SEED'];

describe('the exchange and its naive twin agree on every outcome, event, book and balance', {
  timeout: RUN_TIMEOUT_MS,
}, () => {
  const met = new Map<string, number>();
  let commandCount = 0;

  test.each(given === undefined ? SEEDS : [Number(given)])('seed %i', (seed) => {
    compare(seed, drawRun(seed, ENTRIES_PER_RUN));
  });

  test.runIf(given === undefined).each(SESSION_SEEDS)('seed %i, with trading hours', (seed) => {
    compare(seed, drawRun(seed, SESSION_ENTRIES_PER_RUN, SESSION_TERRAINS));
  });

  test.runIf(given === undefined).each(PREDICTION_SEEDS)('seed %i, with predictions', (seed) => {
    compare(seed, drawRun(seed, PREDICTION_ENTRIES_PER_RUN, PREDICTION_TERRAINS));
  });

  test.runIf(given === undefined)('seed 41, with as many open orders as there may be', () => {
    compare(41, drawRun(41, 300, TERRAINS, 1_030));
  });

  function compare(seed: number, run: Run): void {
    commandCount += run.commandCount;
    for (const [name, count] of run.met) met.set(name, (met.get(name) ?? 0) + count);
    if (run.difference === null) return;
    const tail = shrink(run.entries);
    const entries = tail.map(({ time, batch }) => JSON.stringify([time, batch.commands])).join('\n');
    const last = compareRun(tail)?.what;
    const place = `seed ${seed}, command ${commandCount}`;
    expect.fail(`${place}: ${run.difference}\nshrunk to ${tail.length} entries:\n${entries}\n${last}`);
  }

  afterAll(() => {
    if (given !== undefined) return;
    expect(commandCount).toBeGreaterThanOrEqual(COMMANDS_MIN);
    for (const name of EXPECTED) expect(met.get(name) ?? 0, name).toBeGreaterThan(20);
  });
});
