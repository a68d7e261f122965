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
    } else {
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
  fitToPosition(state, maker.account, maker.instrument);
  fill(state, taker, deal, 'TAKER');
  if (openLots(taker) === 0) endSibling(state, taker);
  fitToPosition(state, taker.account, taker.instrument);
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
  const realized = bookTrade(state.house, account, position, BigInt(order.side * lots), notional);
  if (account.id === HOUSE_ID) return;
  const { instrument } = state.markets[order.instrument]!;
  const fee = isCharged ? feeOfFill(account, instrument, state.time, lots, notional, liquidity) : 0n;
  if (position.isolated) position.margin -= fee;
  else account.balance -= fee;
  account.feesPaid += fee;
  state.fees += fee;
  if (position.isolated && position.lots === 0n) endMargin(state.house, account, position);
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
  state.touchedPositions.add(`${account.id}:${order.instrument}`);
  state.touchedAccounts.add(account.id);
}

/** Of two exits the other ends when one has filled. */
function endSibling(state: NaiveState, { stop }: NaiveOrder): void {
  const sibling = stop?.sibling ?? null;
  if (sibling !== null && isOpen(sibling)) state.withdraw(sibling, 'CANCELED', 'SIBLING_FILLED');
}

/** Reduce-only orders never ask for more than the position, exits of all of it for no less; oldest first. */
export function fitToPosition(state: NaiveState, account: number, instrument: number): void {
  const own = state.openOrdersOf(account).filter((order) => order.instrument === instrument);
  for (const order of own) {
    if (!order.reduceOnly || !isOpen(order) || order === state.matching) continue;
    const closable = closableLots(state, order);
    if (closable === 0) {
      state.withdraw(order, 'CANCELED', 'REDUCE_ONLY');
    } else if (openLots(order) > closable || (growsWithPosition(order) && openLots(order) < closable)) {
      order.lots = order.filled + closable;
      order.updatedAt = state.time;
      state.announceOrder(order);
    }
  }
}

function growsWithPosition({ status, stop }: NaiveOrder): boolean {
  return status === 'PENDING' && stop!.coversPosition;
}
