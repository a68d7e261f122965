import { HOUSE } from './accounts/account.js';
import type { Announcer } from './announcer.js';
import type { Flow, Quote, QuoteLevel } from './command.js';
import type { Market } from './markets/market.js';
import { match } from './matching/matching.js';
import { Order, type TimeInForce } from './orders/order.js';
import { done, type Outcome, refused } from './outcome.js';
import type { ExchangeState } from './state.js';
import { BUY, type Lots, type Millis, type OrderId, SELL, type Side, type Ticks } from './units.js';

/**
 * Sets the oracle and replaces the house's quotes. A level that is quoted again with no more quantity keeps
 * its place in the queue; a new or larger one goes to the end. A quote that crosses users' orders trades. While
 * the market is closed only the oracle moves, and the quotes are kept for the open; once it is settled nothing does.
 */
export function quote(state: ExchangeState, announcer: Announcer, command: Quote): Outcome {
  const market = state.market(command.instrument);
  if (market === undefined) return refused('UNKNOWN_SYMBOL');
  if (!isValidSide(BUY, command.bids) || !isValidSide(SELL, command.asks)) return refused('INVALID_REQUEST');
  if (wouldCrossItself(market, command)) return refused('INVALID_REQUEST');
  if (market.settlement !== null) return command.step > 0 ? done() : refused('MARKET_CLOSED');
  if (!takeStep(market, command.step)) return done();

  if (command.oracle !== null) market.oracle = command.oracle;
  if (command.fundingRate !== null) market.sourceRate = command.fundingRate;
  if (market.heldQuotes !== null) {
    market.heldQuotes.bids = command.bids ?? market.heldQuotes.bids;
    market.heldQuotes.asks = command.asks ?? market.heldQuotes.asks;
    announcer.marketChanged(market);
    return done();
  }
  if (command.bids !== null) withdrawQuotes(market, BUY, command.bids);
  if (command.asks !== null) withdrawQuotes(market, SELL, command.asks);
  if (command.bids !== null) addQuotes(state, announcer, market, BUY, command.bids);
  if (command.asks !== null) addQuotes(state, announcer, market, SELL, command.asks);
  announcer.marketChanged(market);
  return done();
}

/**
 * Executes a market order of the house's flow, against users and the house's own quotes alike. A source's flow
 * comes before the quotes of its step, which end that step.
 */
export function flow(state: ExchangeState, announcer: Announcer, command: Flow): Outcome {
  const market = state.market(command.instrument);
  if (market === undefined) return refused('UNKNOWN_SYMBOL');
  if (command.step > 0 && (market.pinned || command.step !== market.step + 1)) return done();
  if (market.isClosed) return command.step > 0 ? done() : refused('MARKET_CLOSED');
  const taker = houseOrder(state, market, command.side, 0 as Ticks, command.lots);
  match(state, announcer, market, taker);
  const error = taker.filledLots === 0 ? 'NO_LIQUIDITY' : null;
  return { error, order: null, account: null, count: taker.filledLots };
}

/**
 * Counts a source's step. False when it is to be ignored: it was applied already, or the sandbox has taken
 * the instrument over. The sandbox's own quotes have step 0.
 */
function takeStep(market: Market, step: number): boolean {
  if (step === 0) {
    market.pinned = true;
    return true;
  }
  if (market.pinned || step <= market.step) return false;
  market.step = step;
  return true;
}

function isValidSide(side: Side, levels: readonly QuoteLevel[] | null): boolean {
  if (levels === null) return true;
  return levels.every(([ticks, lots], index) => {
    const previous = levels[index - 1];
    if (!Number.isSafeInteger(ticks * lots)) return false;
    return ticks > 0 && lots > 0 && (previous === undefined || side * ticks < side * previous[0]);
  });
}

function wouldCrossItself(market: Market, command: Quote): boolean {
  const bid = command.bids === null ? bestQuote(market, BUY) : command.bids[0]?.[0];
  const ask = command.asks === null ? bestQuote(market, SELL) : command.asks[0]?.[0];
  return bid !== undefined && ask !== undefined && bid >= ask;
}

function bestQuote(market: Market, side: Side): Ticks | undefined {
  const { heldQuotes } = market;
  if (heldQuotes !== null) return (side === BUY ? heldQuotes.bids : heldQuotes.asks)[0]?.[0];
  let best: Ticks | undefined;
  for (const ticks of market.houseOrders(side).keys()) {
    if (best === undefined || side * ticks > side * best) best = ticks;
  }
  return best;
}

/** Takes all quotes of a market that closes out of its book, and keeps them for the next open. */
export function holdQuotes(market: Market): void {
  const held = { bids: quotesOf(market, BUY), asks: quotesOf(market, SELL) };
  endQuotes(market);
  market.heldQuotes = held;
}

/** Takes all quotes out of the book. */
export function endQuotes(market: Market): void {
  withdrawQuotes(market, BUY, []);
  withdrawQuotes(market, SELL, []);
}

/** Puts the quotes that were kept into the book of a market that opens; what they cross, they trade with. */
export function releaseQuotes(state: ExchangeState, announcer: Announcer, market: Market): void {
  const { bids, asks } = market.heldQuotes!;
  market.heldQuotes = null;
  addQuotes(state, announcer, market, BUY, bids);
  addQuotes(state, announcer, market, SELL, asks);
}

/** What the house quotes on a side, best first. */
function quotesOf(market: Market, side: Side): readonly QuoteLevel[] {
  return [...market.houseOrders(side).values()]
    .sort((one, other) => side * (other.ticks - one.ticks))
    .map(({ ticks, openLots }) => [ticks, openLots]);
}

/** Takes out the quotes that are not repeated, and shrinks in place those that are repeated with less. */
function withdrawQuotes(market: Market, side: Side, levels: readonly QuoteLevel[]): void {
  const wanted = new Map(levels);
  const quotes = market.houseOrders(side);
  for (const [ticks, order] of quotes) {
    const lots = wanted.get(ticks);
    if (lots === undefined || lots > order.openLots) {
      market.book.remove(order);
      quotes.delete(ticks);
    } else if (lots < order.openLots) {
      market.book.shrink(order, (order.filledLots + lots) as Lots);
    }
  }
}

function addQuotes(
  state: ExchangeState,
  announcer: Announcer,
  market: Market,
  side: Side,
  levels: readonly QuoteLevel[],
): void {
  const quotes = market.houseOrders(side);
  for (const [ticks, lots] of levels) {
    if (quotes.has(ticks)) continue;
    const order = houseOrder(state, market, side, ticks, lots);
    match(state, announcer, market, order);
    if (order.openLots === 0 || market.book.crosses(side, ticks)) continue;
    market.book.add(order);
    quotes.set(ticks, order);
  }
}

/** House orders have no number, are in no list but the book's, and never expire. */
export function houseOrder(
  state: ExchangeState,
  market: Market,
  side: Side,
  ticks: Ticks,
  lots: Lots,
): Order {
  const timeInForce: TimeInForce = ticks === 0 ? 'IOC' : 'GTC';
  const order = new Order(
    0 as OrderId,
    HOUSE,
    market.id,
    side,
    ticks === 0 ? 'MARKET' : 'LIMIT',
    timeInForce,
    lots,
    ticks,
    false,
    false,
    null,
    0,
    state.time,
    0 as Millis,
  );
  order.status = 'ACTIVE';
  return order;
}
