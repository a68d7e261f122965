import type { Quote, QuoteLevel } from '../../../src/exchange/command.js';
import type { Lots, Ticks } from '../../../src/exchange/units.js';
import { HOUSE_ID } from './naive-account.js';
import { type NaiveOrder, newOrder, openLots } from './naive-book.js';
import type { NaiveMarket } from './naive-market.js';
import { match } from './naive-matching.js';
import { answer, type NaiveOutcome } from './naive-outcome.js';
import type { NaiveState } from './naive-state.js';

/** Sets the oracle and replaces the house's quotes. */
export function quote(state: NaiveState, command: Quote): NaiveOutcome {
  const market = state.markets[command.instrument];
  if (market === undefined) return answer('UNKNOWN_SYMBOL');
  const kept = { bids: market.held?.bids ?? null, asks: market.held?.asks ?? null };
  const quoted = (side: number): number[] =>
    state.book.houseQuotes(market.id, side).map((order) => order.ticks);
  const bids = (command.bids ?? kept.bids)?.map(([ticks]) => ticks) ?? quoted(1);
  const asks = (command.asks ?? kept.asks)?.map(([ticks]) => ticks) ?? quoted(-1);
  const lots = [...(command.bids ?? []), ...(command.asks ?? [])].map((level) => level[1]);
  const isRising = (ticks: number[]): boolean => ticks.every((price, i) => i === 0 || price > ticks[i - 1]!);
  const isValid =
    [...bids, ...asks, ...lots].every((value) => value > 0) &&
    isRising([...bids].reverse()) &&
    isRising(asks) &&
    (bids.length === 0 || asks.length === 0 || bids[0]! < asks[0]!);
  if (!isValid) return answer('INVALID_REQUEST');

  if (market.settledAt !== null) return answer(command.step > 0 ? null : 'MARKET_CLOSED');
  if (command.step === 0) market.pinned = true;
  else if (market.pinned || command.step <= market.step) return answer(null);
  else market.step = command.step;
  if (command.oracle !== null) market.oracle = BigInt(command.oracle);
  if (command.fundingRate !== null) market.prices.sourceRate = BigInt(command.fundingRate);
  if (market.held !== null) {
    market.held = { bids: command.bids ?? market.held.bids, asks: command.asks ?? market.held.asks };
    return answer(null);
  }
  withdrawQuotes(state, market.id, 1, command.bids);
  withdrawQuotes(state, market.id, -1, command.asks);
  addQuotes(state, market.id, 1, command.bids);
  addQuotes(state, market.id, -1, command.asks);
  return answer(null);
}

function withdrawQuotes(state: NaiveState, instrument: number, side: number, levels: Quote['bids']): void {
  if (levels === null) return;
  for (const order of state.book.houseQuotes(instrument, side)) {
    const wanted = levels.find(([ticks]) => ticks === order.ticks)?.[1] ?? 0;
    if (wanted === 0 || wanted > openLots(order)) state.book.leave(order);
    else order.lots = order.filled + wanted;
  }
}

function addQuotes(state: NaiveState, instrument: number, side: number, levels: Quote['bids']): void {
  for (const [ticks, lots] of levels ?? []) {
    if (state.book.houseQuotes(instrument, side).some((order) => order.ticks === ticks)) continue;
    const order = houseOrder(state, instrument, side, ticks, lots);
    match(state, order);
    if (openLots(order) > 0) state.book.enter(order);
  }
}

/** Takes the house's quotes out of the book until the open. */
export function closeHouse(state: NaiveState, market: NaiveMarket): void {
  const [bids, asks] = [1, -1].map((side) =>
    state.book
      .houseQuotes(market.id, side)
      .map((order): QuoteLevel => [order.ticks as Ticks, openLots(order) as Lots]),
  );
  withdrawQuotes(state, market.id, 1, []);
  withdrawQuotes(state, market.id, -1, []);
  market.held = { bids: bids!, asks: asks! };
}

/** Puts them back. */
export function openHouse(state: NaiveState, market: NaiveMarket): void {
  const { bids, asks } = market.held!;
  market.held = null;
  addQuotes(state, market.id, 1, bids);
  addQuotes(state, market.id, -1, asks);
}

/** A market order of the house. */
export function flow(
  state: NaiveState,
  instrument: number,
  side: number,
  lots: number,
  step: number,
): NaiveOutcome {
  const market = state.markets[instrument];
  if (market === undefined) return answer('UNKNOWN_SYMBOL');
  if (step > 0 && (market.pinned || step !== market.step + 1)) return answer(null);
  const isShut = market.held !== null || market.settledAt !== null;
  if (isShut) return answer(step > 0 ? null : 'MARKET_CLOSED');
  const order = houseOrder(state, instrument, side, 0, lots);
  match(state, order);
  return { ...answer(order.filled === 0 ? 'NO_LIQUIDITY' : null), count: order.filled };
}

export function houseOrder(
  state: NaiveState,
  instrument: number,
  side: number,
  ticks: number,
  lots: number,
): NaiveOrder {
  const type = ticks === 0 ? 'MARKET' : 'LIMIT';
  const ask = { instrument, side, lots, ticks, type, postOnly: false, reduceOnly: false } as const;
  const updatedAt = state.time;
  return newOrder({
    ...ask,
    id: 0,
    account: HOUSE_ID,
    timeInForce: 'GTC',
    request: null,
    stop: null,
    exits: null,
    expiresAt: 0,
    updatedAt,
  });
}
