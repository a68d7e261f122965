import type { SettlePrediction } from '../../../src/exchange/command.js';
import { HOUSE_ID } from './naive-account.js';
import { houseOrder } from './naive-house.js';
import { handOver, ownOrder } from './naive-liquidation.js';
import type { NaiveMarket } from './naive-market.js';
import { answer, type NaiveOutcome } from './naive-outcome.js';
import type { NaiveState } from './naive-state.js';

/** The next date of a prediction that can be decided, or now where that is over. */
export function nextSettlement(state: NaiveState): number | null {
  const dates = undecided(state)
    .filter((market) => referenceOf(state, market).oracle > 0n)
    .map(({ instrument }) => Math.max(state.time, instrument.prediction!.settlesAt));
  return dates.length === 0 ? null : Math.min(...dates);
}

/** Decides by the oracles of this moment what is due. */
export function settleDue(state: NaiveState): void {
  const due = undecided(state).filter(
    (market) =>
      market.instrument.prediction!.settlesAt <= state.time && referenceOf(state, market).oracle > 0n,
  );
  settle(state, due, (market) => {
    const { strike } = market.instrument.prediction!;
    return referenceOf(state, market).oracle > BigInt(strike) ? 'YES' : 'NO';
  });
}

/** Decides one binary market as it is told. */
export function settlePrediction(state: NaiveState, { marketId, outcome }: SettlePrediction): NaiveOutcome {
  const isMeant = ({ instrument }: NaiveMarket): boolean => instrument.prediction?.marketId === marketId;
  if (!state.markets.some(isMeant)) return answer('UNKNOWN_SYMBOL');
  const open = undecided(state).filter(isMeant);
  if (open.length === 0) return answer('MARKET_CLOSED');
  return { ...answer(null), count: settle(state, open, () => outcome) };
}

/** First the prices, then everybody's orders and holdings; returns for how many accounts there were any. */
function settle(state: NaiveState, markets: NaiveMarket[], decide: (market: NaiveMarket) => string): number {
  for (const market of markets) {
    market.settledAt = market.instrument.prediction!.outcome === decide(market) ? 1_000_000n : 0n;
    for (const side of [1, -1]) {
      for (const quoted of state.book.houseQuotes(market.id, side)) state.book.leave(quoted);
    }
  }
  let count = 0;
  for (const market of markets) {
    for (const { id } of state.accounts) if (id !== HOUSE_ID && settleFor(state, market, id)) count += 1;
  }
  return count;
}

function settleFor(state: NaiveState, market: NaiveMarket, id: number): boolean {
  const orders = state.openOrdersOf(id).filter(({ instrument }) => instrument === market.id);
  for (const order of orders) state.withdraw(order, 'CANCELED', 'SETTLED');
  const held = state.lotsOf(id, market.id);
  if (held === 0) return orders.length > 0;
  const sale = ownOrder(state, state.account(id), market, -1, held, 'SETTLED');
  handOver(state, sale, houseOrder(state, market.id, 1, 0, held), market.settledAt!);
  state.end(sale, 'FILLED', 'SETTLED');
  return true;
}

function undecided(state: NaiveState): NaiveMarket[] {
  return state.markets.filter(
    ({ instrument, settledAt }) => instrument.prediction !== null && settledAt === null,
  );
}

function referenceOf(state: NaiveState, { instrument }: NaiveMarket): NaiveMarket {
  return state.markets.find((other) => other.instrument.symbol === instrument.prediction!.reference)!;
}
