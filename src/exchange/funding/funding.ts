import { type Account, HOUSE, type Holding } from '../accounts/account.js';
import { payInto } from '../accounts/settlement.js';
import type { Announcer } from '../announcer.js';
import type { SettleFunding } from '../command.js';
import { divideWideRounded } from '../fixed-point.js';
import type { Market } from '../markets/market.js';
import { type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import { nextHour } from '../time-grid.js';
import { type InstrumentId, type Lots, type Micros, type Millis, RATE_ONE, type Rate } from '../units.js';
import type { DuePayment } from './due-payment.js';
import { predictedRate, rateOfHour } from './funding-rate.js';

/** The next full hour, while anybody has a position that pays then: a venue without one is left in peace. */
export function nextFundingAt(state: ExchangeState): Millis | null {
  for (const market of state.markets) if (paysFunding(market)) return nextHour(state.time);
  return null;
}

/** Fixes what all positions pay for the hour that ends now, and makes the first payments. */
export function settleHour(state: ExchangeState, announcer: Announcer, paymentsMax: number): void {
  settleDuePayments(state, announcer, Number.POSITIVE_INFINITY);
  const rates = new Map<InstrumentId, Rate>();
  for (const market of state.markets) {
    if (!paysFunding(market)) continue;
    rates.set(market.id, rateOfHour(market, state.time));
    // With the hour begin new samples, and so another prediction.
    announcer.marketChanged(market);
  }
  state.duePayments = paymentsAt(state, rates);
  settleDuePayments(state, announcer, paymentsMax);
}

/** Settles one payment of every position in an instrument now; the samples of the hour stay as they are. */
export function settleFunding(
  state: ExchangeState,
  announcer: Announcer,
  { instrument, rate: givenRate }: SettleFunding,
): Outcome {
  const market = state.market(instrument);
  if (market === undefined) return refused('UNKNOWN_SYMBOL');
  if (market.instrument.assetClass !== 'PERPETUAL') return refused('INVALID_REQUEST');
  if (givenRate !== null && Math.abs(givenRate) > RATE_ONE) return refused('INVALID_REQUEST');
  const rate = givenRate ?? predictedRate(market, state.time);
  if (rate === null || market.oracle === 0) return refused('NO_ORACLE_PRICE');
  settleDuePayments(state, announcer, Number.POSITIVE_INFINITY);
  state.duePayments = paymentsAt(state, new Map([[instrument, rate]]));
  const count = state.duePayments.length;
  settleDuePayments(state, announcer, Number.POSITIVE_INFINITY);
  return { error: null, order: null, account: null, count };
}

/** Makes the next payments, as many as are asked for and the rest of the last account's. */
export function settleDuePayments(state: ExchangeState, announcer: Announcer, paymentsMax: number): void {
  const { duePayments } = state;
  let count = Math.min(paymentsMax, duePayments.length);
  while (count > 0 && duePayments[count]?.account === duePayments[count - 1]!.account) count++;
  for (const payment of duePayments.splice(0, count)) pay(state, announcer, payment);
}

/** Whether an instrument has funding, an oracle to pay by, and positions. */
function paysFunding({ instrument, oracle, openInterest }: Market): boolean {
  return instrument.assetClass === 'PERPETUAL' && oracle > 0 && openInterest > 0;
}

/** What every open position pays at these rates, by the order of accounts and then of instruments. */
function paymentsAt(state: ExchangeState, rates: ReadonlyMap<InstrumentId, Rate>): DuePayment[] {
  const payments: DuePayment[] = [];
  for (const account of state.accounts) {
    if (account === null || account.id === HOUSE) continue;
    for (const [instrument, rate] of rates) {
      const lots = account.holdings[instrument]?.lots ?? 0;
      if (lots === 0) continue;
      const { oracle } = state.market(instrument)!;
      payments.push({ account: account.id, instrument, lots: lots as Lots, rate, oracle });
    }
  }
  return payments;
}

/** Books one payment; the house gets the exact opposite, so that all of them together move no money. */
function pay(state: ExchangeState, announcer: Announcer, payment: DuePayment): void {
  const account = state.account(payment.account)!;
  const market = state.market(payment.instrument)!;
  const holding = state.holding(account, market);
  const house = state.account(HOUSE)!;
  const amount = amountOf(payment, market.tickMicros);
  if (!staysExact(account, holding, house, amount)) return;
  payInto(account, holding, amount);
  house.balance = (house.balance - amount) as Micros;
  holding.fundingPaid = (holding.fundingPaid - amount) as Micros;
  account.fundingPaid = (account.fundingPaid - amount) as Micros;
  const { instrument, lots, rate, oracle } = payment;
  announcer.funding(account, { instrument, lots, rate, oracle, amount });
  // One that was closed since the full hour was told to be gone already.
  if (holding.lots !== 0) announcer.holdingChanged(account, holding);
  announcer.accountChanged(account);
}

/** −(size · oracle · rate) in micro-dollars (HL, funding: the oracle price, not the mark), rounded once. */
function amountOf({ lots, oracle, rate }: DuePayment, tickMicros: number): Micros {
  const product = BigInt(-lots) * BigInt(oracle) * BigInt(rate);
  return divideWideRounded(product, BigInt(tickMicros) * BigInt(RATE_ONE)) as Micros;
}

/**
 * Whether a payment leaves all sums exact integers; one that would not is left out. No real portfolio comes near,
 * but a sandbox may deal in any amounts, and must not end the process.
 */
function staysExact(account: Account, holding: Holding, house: Account, amount: Micros): boolean {
  const sums = [
    account.balance + amount,
    holding.isolatedMargin + amount,
    house.balance - amount,
    holding.fundingPaid - amount,
    account.fundingPaid - amount,
  ];
  return sums.every(Number.isSafeInteger);
}
