import { bookTrade, endMargin, HOUSE_ID } from './naive-account.js';
import { isOpen, type NaiveOrder, openLots } from './naive-book.js';
import { feeOfFill } from './naive-fees.js';
import { coveredLots } from './naive-margin.js';
import { closableLots } from './naive-rules.js';
import type { NaiveState } from './naive-state.js';

/** Matches an order with the best others until nothing is left of it, or nobody within its limit. */
export function match(state: NaiveState, taker: NaiveOrder): void {
  while (openLots(taker) > 0) {
    const maker = state.book.makersWithin(taker.instrument, taker.side, taker.ticks)[0];
    if (maker === undefined) return;
    if (maker.account === taker.account && maker.account !== HOUSE_ID) {
      state.withdraw(maker, 'CANCELED', 'SELF_TRADE');
    } else if (fitToPosition(state, maker)) {
      const lots = coveredLots(state, maker, Math.min(openLots(maker), openLots(taker)));
      if (lots === 0) state.withdraw(maker, 'CANCELED', 'INSUFFICIENT_MARGIN');
      else trade(state, maker, taker, lots);
    }
  }
}

function trade(state: NaiveState, maker: NaiveOrder, taker: NaiveOrder, lots: number): void {
  const market = state.markets[maker.instrument]!;
  const ticks = maker.ticks;
  state.lastTradeId += 1;
  market.lastTicks = ticks;
  const notional = BigInt(lots) * BigInt(ticks);
  const price = ticks * 10 ** market.instrument.quantityDecimals;
  const deal = { lots, notional, price, isCharged: true };
  fill(state, maker, deal, 'MAKER');
  if (openLots(maker) === 0) {
    state.book.leave(maker);
    state.end(maker, 'FILLED', null);
    endSibling(state, maker);
  } else {
    state.announceOrder(maker);
  }
  fill(state, taker, deal, 'TAKER');
  const { lastTradeId: tradeId } = state;
  state.events.push({ kind: 'trade', tradeId, instrument: market.id, ticks, lots, side: taker.side });
}

/** What changes hands, for how much, and at which price a unit in micro-dollars. */
export interface NaiveDeal {
  readonly lots: number;
  readonly notional: bigint;
  readonly price: number;
  readonly isCharged: boolean;
}

export function fill(
  state: NaiveState,
  order: NaiveOrder,
  { lots, notional, price, isCharged }: NaiveDeal,
  liquidity: 'MAKER' | 'TAKER',
): void {
  const account = state.account(order.account);
  const position = state.positionIn(account, order.instrument);
  order.filled += lots;
  order.filledNotional += notional;
  order.updatedAt = state.time;
  const closes = position.lots * BigInt(order.side) < 0n;
  const realized = bookTrade(state.house, account, position, BigInt(order.side * lots), notional);
  if (account.id === HOUSE_ID) return;
  const place = `${account.id}:${order.instrument}`;
  if (isCharged) account.traded += notional;
  const { instrument } = state.markets[order.instrument]!;
  const fee = isCharged ? feeOfFill(account, instrument, state.time, lots, notional, liquidity) : 0n;
  if (position.isolated) position.margin -= fee;
  else account.balance -= fee;
  account.feesPaid += fee;
  state.fees += fee;
  const ends = position.isolated && position.lots === 0n;
  const forgiven = ends ? endMargin(state.house, account, position) : 0n;
  if (closes) state.closings.set(place, (state.closings.get(place) ?? 0n) + realized + forgiven);
  state.announce({
    kind: 'fill',
    account: account.id,
    seq: 0,
    orderId: order.id,
    fillId: state.lastTradeId * 2 + (liquidity === 'TAKER' ? 1 : 0),
    price,
    lots,
    liquidity,
    fee: Number(fee),
    realizedPnl: Number(realized),
    positionAfter: Number(position.lots),
  });
  if (!state.filledExits.includes(order) && order.stop?.sibling) state.filledExits.push(order);
  state.touchedPositions.add(place);
  state.touchedAccounts.add(account.id);
}

/** Of two exits the other ends when one has filled. */
function endSibling(state: NaiveState, { stop }: NaiveOrder): void {
  const sibling = stop?.sibling ?? null;
  if (sibling !== null && isOpen(sibling)) state.withdraw(sibling, 'CANCELED', 'SIBLING_FILLED');
}

/** What follows from all fills so far: of two exits first, then of all reduce-only orders, oldest first. */
export function fitAll(state: NaiveState): void {
  fitSiblings(state);
  const byPosition = [...state.open].sort(
    (one, other) => one.account - other.account || one.instrument - other.instrument || one.id - other.id,
  );
  for (const order of byPosition) fitToPosition(state, order);
}

/** Two exits of an order close no more than it together. */
export function fitSiblings(state: NaiveState): void {
  for (const exit of state.filledExits.splice(0)) {
    const { sibling, coversPosition } = exit.stop!;
    if (openLots(exit) === 0) endSibling(state, exit);
    else if (isOpen(sibling!) && !coversPosition && openLots(sibling!) > openLots(exit)) {
      resize(state, sibling!, openLots(exit));
    }
  }
}

/** Reduce-only orders never ask for more than the position, exits of all of it for no less; false when it ends. */
export function fitToPosition(state: NaiveState, order: NaiveOrder): boolean {
  if (!order.reduceOnly) return true;
  const closable = closableLots(state, order);
  const grows = order.status === 'PENDING' && order.stop!.coversPosition;
  if (closable === 0) {
    state.withdraw(order, 'CANCELED', 'REDUCE_ONLY');
  } else if (openLots(order) > closable || (grows && openLots(order) < closable)) {
    resize(state, order, closable);
  }
  return closable > 0;
}

function resize(state: NaiveState, order: NaiveOrder, open: number): void {
  order.lots = order.filled + open;
  order.updatedAt = state.time;
  state.announceOrder(order);
}
