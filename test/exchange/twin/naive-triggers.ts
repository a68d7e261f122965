import type { ProtectPosition } from '../../../src/exchange/command.js';
import { CANCEL_REASONS } from '../../../src/exchange/orders/order.js';
import type { Exit, Exits } from '../../../src/exchange/orders/trigger.js';
import { roundedQuotient } from './naive-account.js';
import { type NaiveOrder, type NaiveStop, newOrder } from './naive-book.js';
import { enter } from './naive-entry.js';
import { type NaiveMarket, tickValue, triggerPrice } from './naive-market.js';
import { fitAll, fitSiblings, fitToPosition } from './naive-matching.js';
import { answer, type NaiveOutcome } from './naive-outcome.js';
import { judgeExits, trailedFrom } from './naive-price-rules.js';
import { markOf, sampleFirst } from './naive-prices.js';
import { closableLots, hasTooMany, judgeEntry } from './naive-rules.js';
import type { NaiveState } from './naive-state.js';

/** What follows from anything by itself: reduce-only orders that shrink, exits of filled orders, new mark prices, triggers that fire. */
export function settleTriggers(state: NaiveState): void {
  for (let moved = true; moved; ) {
    fitAll(state);
    const parents = state.endedParents.splice(0);
    for (const parent of parents) placeChildren(state, parent);
    for (const market of state.markets) {
      sampleFirst(state, market);
      market.mark = markOf(state, market);
    }
    const fired = state.markets.map((market) => fireDue(state, market));
    moved = parents.length > 0 || fired.includes(true);
  }
}

export function awaitTrigger(state: NaiveState, order: NaiveOrder): void {
  order.status = 'PENDING';
  follow(state, order);
  state.announceOrder(order);
}

/** A trailing stop takes in the present price, if that is the best so far. */
function follow(state: NaiveState, order: NaiveOrder): void {
  const stop = order.stop!;
  const market = state.markets[order.instrument]!;
  const price = triggerPrice(market);
  if (price === 0n || (stop.trailTicks === 0 && stop.trailPpm === 0)) return;
  const isBest = stop.best === 0n || (order.side > 0 ? price < stop.best : price > stop.best);
  if (!isBest) return;
  stop.best = price;
  stop.ticks = trailedFrom(market, order.side, stop, price);
}

function fireDue(state: NaiveState, market: NaiveMarket): boolean {
  const waiting = state.open.filter((order) => order.status === 'PENDING' && order.instrument === market.id);
  for (const order of waiting) follow(state, order);
  const due = waiting.filter((order) => isDue(market, order)).sort((one, other) => one.id - other.id);
  for (const order of due) {
    fitSiblings(state);
    if (order.status === 'PENDING' && fitToPosition(state, order)) fire(state, market, order);
  }
  return due.length > 0;
}

function isDue(market: NaiveMarket, order: NaiveOrder): boolean {
  const price = triggerPrice(market);
  const at = BigInt(order.stop!.ticks) * tickValue(market);
  if (price === 0n || at === 0n) return false;
  const firesAbove = /PROFIT/.test(order.type) ? order.side < 0 : order.side > 0;
  return firesAbove ? price >= at : price <= at;
}

function fire(state: NaiveState, market: NaiveMarket, order: NaiveOrder): void {
  order.status = 'ACTIVE';
  order.updatedAt = state.time;
  if (!/LIMIT/.test(order.type) && market.instrument.assetClass === 'PERPETUAL') {
    const tick = tickValue(market);
    const limit = roundedQuotient(market.mark * (order.side > 0 ? 110n : 90n), 100n);
    order.ticks = Number(order.side > 0 ? limit / tick : (limit + tick - 1n) / tick);
  }
  const wish = { order, lots: order.lots, ticks: order.ticks, stopTicks: 0, isAmendment: false };
  const error = judgeEntry(state, market, wish);
  if (error === null) enter(state, order);
  else state.end(order, 'CANCELED', error);
}

/** The exits of an order that has ended, if it is not its owner who ended it. */
function placeChildren(state: NaiveState, parent: NaiveOrder): void {
  const lots = Math.min(parent.filled, closableLots(state, { ...parent, side: -parent.side }));
  const { status, reason } = parent;
  const brokeRule = reason !== null && !CANCEL_REASONS.some((other) => other === reason);
  const isEarned = status === 'FILLED' || reason === 'UNFILLED_REMAINDER' || brokeRule;
  if (lots > 0 && isEarned) placeExits(state, parent, -parent.side, lots, parent.exits!, parent.id);
}

function placeExits(
  state: NaiveState,
  of: { account: number; instrument: number },
  side: number,
  lots: number,
  exits: Exits,
  parent: number,
): void {
  const { takeProfit, stopLoss } = exits;
  const place = (exit: Exit, type: string): NaiveOrder => {
    state.lastOrderId += 1;
    const order = newOrder({
      id: state.lastOrderId,
      account: of.account,
      instrument: of.instrument,
      side,
      type: exit.limitTicks > 0 ? `${type}_LIMIT` : type,
      timeInForce: 'GTC',
      postOnly: false,
      reduceOnly: true,
      request: null,
      expiresAt: 0,
      lots,
      ticks: exit.limitTicks,
      updatedAt: state.time,
      stop: { ...NO_STOP, ticks: exit.ticks, isExit: true, coversPosition: parent === 0 },
      exits: null,
    });
    const isTooMany = hasTooMany(state, order);
    state.take(order);
    if (isTooMany) state.end(order, 'REJECTED', 'TOO_MANY_OPEN_ORDERS');
    else awaitTrigger(state, order);
    return order;
  };
  const profit = takeProfit && place(takeProfit, 'TAKE_PROFIT');
  const loss = stopLoss && place(stopLoss, 'STOP');
  if (profit && loss) pair(profit, loss);
}

const NO_STOP: NaiveStop = {
  ticks: 0,
  trailTicks: 0,
  trailPpm: 0,
  best: 0n,
  sibling: null,
  isExit: false,
  coversPosition: false,
};

/** The stop of a request; null for orders that do not wait. */
export function stopOf(request: {
  trigger: Pick<NaiveStop, 'ticks' | 'trailTicks' | 'trailPpm'> | null;
}): NaiveStop | null {
  return request.trigger === null ? null : { ...NO_STOP, ...request.trigger };
}

function pair(one: NaiveOrder, other: NaiveOrder): void {
  one.stop!.sibling = other;
  other.stop!.sibling = one;
}

export function protect(state: NaiveState, command: ProtectPosition): NaiveOutcome {
  const market = state.markets[command.instrument];
  if (market === undefined) return answer('UNKNOWN_SYMBOL');
  if (market.settledAt !== null) return answer('MARKET_CLOSED');
  const held = state.lotsOf(command.account, market.id);
  if (held === 0) return answer('REDUCE_ONLY_WOULD_INCREASE');
  const { takeProfit, stopLoss } = command;
  const exits = {
    takeProfit: typeof takeProfit === 'string' ? null : takeProfit,
    stopLoss: typeof stopLoss === 'string' ? null : stopLoss,
  };
  const error = judgeExits(market, Math.sign(held), triggerPrice(market), exits);
  if (error !== null) return answer(error);
  const find = (isProfit: boolean) => coveringExit(state, command, isProfit);
  const changes = [[takeProfit, true] as const, [stopLoss, false] as const];
  const old = changes.flatMap(([change, isProfit]) => (change === 'KEEP' ? [] : (find(isProfit) ?? [])));
  const added = changes.filter(([change]) => typeof change !== 'string').length;
  const openBefore = state.openOrdersOf(command.account).length;
  const limit = state.account(command.account).membership.plan === 'UNLIMITED' ? 10_000 : 1_000;
  if (added > 0 && openBefore - old.length + added > limit) return answer('TOO_MANY_OPEN_ORDERS');
  for (const order of old) state.withdraw(order, 'CANCELED', null);
  placeExits(state, command, -Math.sign(held), Math.abs(held), exits, 0);
  const [profit, loss] = [find(true), find(false)];
  if (profit && loss) pair(profit, loss);
  return answer(null);
}

function coveringExit(
  state: NaiveState,
  { account, instrument }: { account: number; instrument: number },
  isProfit: boolean,
): NaiveOrder | undefined {
  return state.open.find(
    (order) =>
      order.account === account &&
      order.instrument === instrument &&
      order.status === 'PENDING' &&
      order.stop!.coversPosition &&
      /PROFIT/.test(order.type) === isProfit,
  );
}
