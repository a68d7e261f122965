import { type Account, HOUSE, type Holding } from '../accounts/account.js';
import { healthOf, positionNotional } from '../accounts/valuation.js';
import type { Announcer } from '../announcer.js';
import { maySellShort } from '../equities/equities.js';
import { houseOrder } from '../house.js';
import type { Market } from '../markets/market.js';
import { withdraw } from '../orders/open-orders.js';
import type { Order } from '../orders/order.js';
import { closeOwnOrder, openOwnOrder } from '../orders/own-order.js';
import type { ExchangeState } from '../state.js';
import { type Lots, SELL, type Side, type Ticks } from '../units.js';
import { handOver } from './hand-over.js';
import type { LiquidationCase } from './liquidation-case.js';

interface Opponent {
  readonly account: Account;
  readonly holding: Holding;
  readonly rank: number;
}

/**
 * The users' positions by market and side, in the order in which they are closed against underwater ones. An
 * order is made when it is first needed, and holds for one round of liquidations.
 */
export class Opponents {
  private readonly queues = new Map<string, Opponent[]>();

  constructor(private readonly state: ExchangeState) {}

  /** Those whose position an order of this side would close, the last to be closed first. */
  queueFor(market: Market, side: Side): Opponent[] {
    const key = `${market.id} ${side}`;
    let queue = this.queues.get(key);
    if (queue === undefined) {
      queue = this.rank(market, side);
      this.queues.set(key, queue);
    }
    return queue;
  }

  private rank(market: Market, side: Side): Opponent[] {
    const opponents: Opponent[] = [];
    for (const account of this.state.accounts) {
      const holding = account?.holdings[market.id];
      if (account === null || account.id === HOUSE || holding === null || holding === undefined) continue;
      if (side * holding.lots <= 0) continue;
      opponents.push({ account, holding, rank: rankOf(account, holding, market, this.state) });
    }
    return opponents.sort((one, other) => one.rank - other.rank || other.account.id - one.account.id);
  }
}

/** (mark / entry) × (notional / account value), HL "Auto-deleveraging", for long and short positions alike. */
function rankOf(account: Account, holding: Holding, market: Market, { markets }: ExchangeState): number {
  const isolated = holding.marginMode === 'ISOLATED' ? holding : null;
  const { value } = healthOf({ account, isolated }, markets);
  const entry = (holding.cost / holding.lots) * market.tickMicros;
  return (market.mark / entry) * (positionNotional(holding, market) / value);
}

/**
 * Closes positions of a case whose value is negative, until it is not any more, at the mark prices from before
 * this command: against the opposite positions of other users in the order of their ranks, and at last against the
 * house. False when nothing could be closed.
 */
export function deleverage(liquidation: LiquidationCase, opponents: Opponents): boolean {
  let hasClosed = false;
  for (const holding of liquidation.tradedPositions) {
    if (liquidation.health.value >= 0) break;
    const market = liquidation.marketOf(holding);
    const size = Math.abs(holding.lots) as Lots;
    const closed = liquidation.close(holding, size, 'ADL', (order) =>
      closeAgainst(liquidation, opponents, market, order),
    );
    if (closed > 0) hasClosed = true;
  }
  return hasClosed;
}

function closeAgainst(
  liquidation: LiquidationCase,
  opponents: Opponents,
  market: Market,
  order: Order,
): void {
  const { state, announcer } = liquidation;
  const opposite = -order.side as Side;
  const queue = opponents.queueFor(market, order.side);
  while (order.openLots > 0 && queue.length > 0) {
    const { account, holding } = queue[queue.length - 1]!;
    const lots = Math.min(order.openLots, order.side * holding.lots) as Lots;
    if (lots <= 0) {
      queue.pop();
      continue;
    }
    const own = openOwnOrder(state, announcer, account, market, opposite, lots, 'AUTO_DELEVERAGING');
    handOver(state, announcer, market, order, own, lots, market.markBefore);
    closeOwnOrder(state, announcer, account, own);
    if (!maySellShort(account, market.instrument)) cancelUncovered(state, announcer, account, holding);
    if (own.openLots > 0) queue.pop();
  }
  if (order.openLots === 0) return;
  const house = houseOrder(state, market, opposite, 0 as Ticks, order.openLots);
  handOver(state, announcer, market, order, house, order.openLots, market.markBefore);
}

/** Takes back the plain asks that would sell what an account has not any more, and may not sell short. */
function cancelUncovered(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  holding: Holding,
): void {
  if (holding.askLots <= holding.lots) return;
  const asks: Order[] = [];
  for (let order = account.firstOpen; order !== null; order = order.openNext) {
    const isPlain = order.side === SELL && !order.reduceOnly && !order.isWaiting;
    if (isPlain && order.instrument === holding.instrument) asks.push(order);
  }
  for (const order of asks) withdraw(state, announcer, order, 'CANCELED', 'AUTO_DELEVERAGING');
}
