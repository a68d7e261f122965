import { type Account, HOUSE } from '../accounts/account.js';
import type { Announcer } from '../announcer.js';
import type { SettlePrediction } from '../command.js';
import { endQuotes, houseOrder } from '../house.js';
import { handOver } from '../liquidation/hand-over.js';
import type { Order } from '../orders/order.js';
import { cancelOpenOrders } from '../orders/orders.js';
import { closeOwnOrder, openOwnOrder } from '../orders/own-order.js';
import { type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import { type AccountId, BUY, type Millis, type PriceMicros, SELL, type Ticks } from '../units.js';
import type { PredictionOutcome } from './instrument.js';
import type { Market } from './market.js';

/** A claim that came true is worth a dollar. */
const PAYOUT = 1_000_000 as PriceMicros;
const NOTHING = 0 as PriceMicros;
const FIRST_USER = (HOUSE + 1) as AccountId;
const NOBODY = 0 as AccountId;

/** When predictions settle next by themselves: on their date, or as soon after it as their reference has an oracle. */
export function nextPredictionAt(state: ExchangeState): Millis | null {
  let next: Millis | null = null;
  for (const { instrument, settlement } of state.markets) {
    if (instrument.prediction === null || settlement !== null) continue;
    const { reference, settlesAt } = instrument.prediction;
    const at = Math.max(settlesAt, state.time) as Millis;
    if ((next === null || at < next) && oracleOf(state, reference) > 0) next = at;
  }
  return next;
}

/** Decides all predictions that are due by the oracles of this moment, and ends the first holdings in them. */
export function settleDue(state: ExchangeState, announcer: Announcer, holdersMax: number): void {
  for (const market of state.markets) {
    const { prediction } = market.instrument;
    if (prediction === null || market.settlement !== null || prediction.settlesAt > state.time) continue;
    const oracle = oracleOf(state, prediction.reference);
    if (oracle > 0) decide(state, announcer, market, oracle > prediction.strike ? 'YES' : 'NO');
  }
  settleHolders(state, announcer, holdersMax);
}

/** Settles a binary market now, all of it at once; the count is that of the portfolios it concerned, for each outcome. */
export function settlePrediction(
  state: ExchangeState,
  announcer: Announcer,
  { marketId, outcome }: SettlePrediction,
): Outcome {
  const markets = state.markets.filter(({ instrument }) => instrument.prediction?.marketId === marketId);
  if (markets.length === 0) return refused('UNKNOWN_SYMBOL');
  const open = markets.filter(({ settlement }) => settlement === null);
  if (open.length === 0) return refused('MARKET_CLOSED');
  settleHolders(state, announcer, Number.POSITIVE_INFINITY);
  for (const market of open) decide(state, announcer, market, outcome);
  const count = settleHolders(state, announcer, Number.POSITIVE_INFINITY);
  return { error: null, order: null, account: null, count };
}

/** Whether there are holdings left to be ended in predictions that have settled. */
export function isSettling({ markets }: ExchangeState): boolean {
  return markets.some(({ settlement }) => settlement !== null && settlement.nextAccount !== NOBODY);
}

/**
 * Ends the next holdings, as many as are asked for: by instrument, and there in the order of accounts. Returns how
 * many it were.
 */
export function settleHolders(state: ExchangeState, announcer: Announcer, holdersMax: number): number {
  let count = 0;
  for (const market of state.markets) {
    const { settlement } = market;
    if (settlement === null || settlement.nextAccount === NOBODY) continue;
    while (count < holdersMax && settlement.nextAccount < state.accounts.length) {
      const account = state.account(settlement.nextAccount)!;
      settlement.nextAccount = (settlement.nextAccount + 1) as AccountId;
      if (settleHolder(state, announcer, account, market)) count += 1;
    }
    if (settlement.nextAccount < state.accounts.length) return count;
    settlement.nextAccount = NOBODY;
  }
  return count;
}

/** Fixes what a prediction is worth for good. Nothing trades from here on. */
function decide(
  state: ExchangeState,
  announcer: Announcer,
  market: Market,
  outcome: PredictionOutcome,
): void {
  const hasComeTrue = market.instrument.prediction!.outcome === outcome;
  market.settlement = { price: hasComeTrue ? PAYOUT : NOTHING, at: state.time, nextAccount: FIRST_USER };
  endQuotes(market);
  announcer.marketChanged(market);
}

/**
 * Cancels an account's orders in a prediction that has settled, and sells what it holds to the house at the price of
 * the settlement. False when it had neither.
 */
function settleHolder(state: ExchangeState, announcer: Announcer, account: Account, market: Market): boolean {
  const holding = account.holdings[market.id];
  if (holding === undefined || holding === null) return false;
  const { lots } = holding;
  const isInMarket = ({ instrument }: Order) => instrument === market.id;
  const canceled = cancelOpenOrders(state, announcer, account, isInMarket, 'SETTLED');
  if (lots === 0) return canceled > 0;
  const order = openOwnOrder(state, announcer, account, market, SELL, lots, 'SETTLED');
  const house = houseOrder(state, market, BUY, 0 as Ticks, lots);
  handOver(state, announcer, market, order, house, lots, market.settlement!.price);
  closeOwnOrder(state, announcer, account, order);
  return true;
}

function oracleOf(state: ExchangeState, symbol: string): PriceMicros {
  return state.findMarket(symbol)?.oracle ?? NOTHING;
}
