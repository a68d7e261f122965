import type { Holding } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import type { ExitChange, ProtectPosition } from '../command.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import type { Lots, OrderId, Side } from '../units.js';
import { pair, placeExits } from './exits.js';
import { withdraw } from './open-orders.js';
import { isTakeProfit, type Order } from './order.js';
import { brokenExitCountRule } from './order-rules.js';
import { brokenExitRule } from './price-rules.js';
import type { Exit } from './trigger.js';

/** The exits of a whole position: none, one or both. */
export interface Protection {
  readonly takeProfit: Order | null;
  readonly stopLoss: Order | null;
}

/** The waiting exits of a whole position. */
export function protectionOf(holding: Holding): Protection {
  let takeProfit: Order | null = null;
  let stopLoss: Order | null = null;
  for (const order of holding.reduceOnlyOrders) {
    if (!order.isWaiting || !order.trigger!.coversPosition) continue;
    if (isTakeProfit(order.type)) takeProfit = order;
    else stopLoss = order;
  }
  return { takeProfit, stopLoss };
}

/** Sets, replaces or removes the exits of a position. When anything is refused, both stay as they were. */
export function protectPosition(
  state: ExchangeState,
  announcer: Announcer,
  command: ProtectPosition,
): Outcome {
  const account = state.account(command.account);
  const market = state.market(command.instrument);
  if (account === undefined) return refused('FORBIDDEN');
  if (market === undefined) return refused('UNKNOWN_SYMBOL', account);
  if (market.settlement !== null) return refused('MARKET_CLOSED', account);
  const holding = state.holding(account, market);
  if (holding.lots === 0) return refused('REDUCE_ONLY_WOULD_INCREASE', account);
  const side = Math.sign(holding.lots) as Side;
  const exits = { takeProfit: newExitOf(command.takeProfit), stopLoss: newExitOf(command.stopLoss) };
  const error = brokenExitRule(market, side, market.triggerPrice, exits);
  if (error !== null) return refused(error, account);

  const replaced = replacedExits(holding, command);
  const newCount = Number(exits.takeProfit !== null) + Number(exits.stopLoss !== null);
  const more = newCount - 1 - replaced.length;
  const excess = newCount === 0 ? null : brokenExitCountRule(account, holding, more);
  if (excess !== null) return refused(excess, account);
  for (const order of replaced) withdraw(state, announcer, order, 'CANCELED', null);
  const lots = Math.abs(holding.lots) as Lots;
  const plan = { exits, side: -side as Side, lots, parent: 0 as OrderId };
  placeExits(state, announcer, account, market, plan);
  const { takeProfit, stopLoss } = protectionOf(holding);
  if (takeProfit !== null && stopLoss !== null) pair(takeProfit, stopLoss);
  return done(account);
}

/** The present exits that a command replaces or removes. */
function replacedExits(holding: Holding, command: ProtectPosition): readonly Order[] {
  const { takeProfit, stopLoss } = protectionOf(holding);
  const replaced = [];
  if (takeProfit !== null && command.takeProfit !== 'KEEP') replaced.push(takeProfit);
  if (stopLoss !== null && command.stopLoss !== 'KEEP') replaced.push(stopLoss);
  return replaced;
}

function newExitOf(change: ExitChange): Exit | null {
  return typeof change === 'string' ? null : change;
}
