import type { Announcer } from './announcer.js';
import { liquidate } from './liquidation/liquidation.js';
import { placeDueExits } from './orders/exits.js';
import { fitReduceOnlyOrders } from './orders/reduce-only.js';
import { fireTriggers } from './orders/triggers.js';
import type { ExchangeState } from './state.js';

/**
 * Runs what follows from a command by itself, until nothing more does: reduce-only orders shrink with the positions
 * that were traded, the exits of orders that have filled are placed, mark prices are formed anew where a book, an
 * oracle or a last price changed, triggers fire, and when all of that has come to rest, accounts below
 * their maintenance margin are liquidated. What all of it closed of a position is one trade.
 */
export function react(state: ExchangeState, announcer: Announcer): void {
  do settle(state, announcer);
  while (liquidate(state, announcer));
  recordTrades(announcer);
}

function recordTrades({ changedHoldings }: Announcer): void {
  for (const { account, holding } of changedHoldings) {
    if (holding.closedPnl === null) continue;
    account.tradeRecord.add(holding.closedPnl);
    holding.closedPnl = null;
  }
}

function settle(state: ExchangeState, announcer: Announcer): void {
  const { changedMarkets } = announcer;
  let moved = true;
  while (moved) {
    fitReduceOnlyOrders(state, announcer);
    moved = placeDueExits(state, announcer);
    if (changedMarkets.length > 1) changedMarkets.sort((one, other) => one.id - other.id);
    for (const market of changedMarkets) {
      if (market.reprice()) moved = true;
    }
    for (const market of changedMarkets) {
      if (fireTriggers(state, announcer, market)) moved = true;
    }
  }
}
