import type { Account } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import { ERROR_TABLE } from '../error-code.js';
import type { Market } from '../markets/market.js';
import type { ExchangeState } from '../state.js';
import type { Lots, Millis, OrderId, Ppm, Side, Ticks } from '../units.js';
import { close, reducibleLots } from './open-orders.js';
import { Order, type OrderType } from './order.js';
import { brokenExitCountRule } from './order-rules.js';
import { type Exit, type Exits, Trigger } from './trigger.js';
import { awaitTrigger } from './triggers.js';

/** The exits to be placed for a position, or for what an order has added to it. */
export interface ExitPlan {
  readonly exits: Exits;
  /** The side of the exits: against the position. */
  readonly side: Side;
  readonly lots: Lots;
  /** The order that they belong to; 0 when they cover the whole position. */
  readonly parent: OrderId;
}

/**
 * Places the exits of the orders that have ended filled, in full or as far as the exchange let them; true when
 * there were any. An order that its client ended gets none, however much of it was filled.
 */
export function placeDueExits(state: ExchangeState, announcer: Announcer): boolean {
  const parents = announcer.takeEndedParents();
  for (const parent of parents) {
    const account = state.account(parent.account)!;
    const market = state.market(parent.instrument)!;
    const side = -parent.side as Side;
    const reducible = reducibleLots(state.holding(account, market), { side });
    const lots = Math.min(parent.filledLots, reducible) as Lots;
    if (lots === 0 || !earnsExits(parent)) continue;
    placeExits(state, announcer, account, market, { exits: parent.exits!, side, lots, parent: parent.id });
  }
  return parents.length > 0;
}

/** Error codes are the reasons of orders that broke a rule after they had been accepted. */
function earnsExits({ status, reason }: Order): boolean {
  return status === 'FILLED' || reason === 'UNFILLED_REMAINDER' || (reason !== null && reason in ERROR_TABLE);
}

/** Places a take profit, a stop loss or both, each of which ends when the other has filled. */
export function placeExits(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  market: Market,
  plan: ExitPlan,
): void {
  const { takeProfit, stopLoss } = plan.exits;
  const placed: Order[] = [];
  if (takeProfit !== null) {
    const type = takeProfit.limitTicks > 0 ? 'TAKE_PROFIT_LIMIT' : 'TAKE_PROFIT';
    placed.push(placeExit(state, announcer, account, market, plan, type, takeProfit));
  }
  if (stopLoss !== null) {
    const type = stopLoss.limitTicks > 0 ? 'STOP_LIMIT' : 'STOP';
    placed.push(placeExit(state, announcer, account, market, plan, type, stopLoss));
  }
  const [first, second] = placed;
  if (first !== undefined && second !== undefined) pair(first, second);
}

/** Makes two exits each other's sibling. */
export function pair(one: Order, other: Order): void {
  one.trigger!.sibling = other.id;
  other.trigger!.sibling = one.id;
}

function placeExit(
  state: ExchangeState,
  announcer: Announcer,
  account: Account,
  market: Market,
  plan: ExitPlan,
  type: OrderType,
  exit: Exit,
): Order {
  const order = newExit(state, account, market, plan, type, exit);
  const holding = state.holding(account, market);
  const error = brokenExitCountRule(account, holding, 0);
  if (error === null) {
    awaitTrigger(state, announcer, account, holding, market, order);
  } else {
    close(state, account, order, 'REJECTED', error);
    announcer.order(account, order);
  }
  return order;
}

/** Exits are good until cancelled: they last as long as the position. */
function newExit(
  state: ExchangeState,
  account: Account,
  market: Market,
  { side, lots, parent }: ExitPlan,
  type: OrderType,
  { ticks, limitTicks }: Exit,
): Order {
  state.lastOrderId = (state.lastOrderId + 1) as OrderId;
  const order = new Order(
    state.lastOrderId,
    account.id,
    market.id,
    side,
    type,
    'GTC',
    lots,
    limitTicks,
    false,
    true,
    null,
    0,
    state.time,
    0 as Millis,
  );
  const terms = { ticks, trailTicks: 0 as Ticks, trailPpm: 0 as Ppm };
  order.trigger = new Trigger(terms, parent, parent === 0);
  return order;
}
