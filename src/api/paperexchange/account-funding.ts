import { type Static, Type } from 'typebox';
import type { Micros } from '../../exchange/units.js';
import { instant } from '../request/answer-schema.js';
import { dollarsOf, microsOf } from './account-amounts.js';
import type { HistoryQuery, PastEvent } from './account-history.js';
import { instantText } from './instant-text.js';

/** A payment as the native protocol tells it. */
export interface FundingData {
  readonly symbol: string;
  readonly positionSize: number;
  readonly fundingRate: number;
  readonly oraclePrice: number;
  readonly paymentAmount: number;
}

const PAYMENT = Type.Object({
  coin: Type.String(),
  position_size: Type.Number({ description: 'Negative for a short position' }),
  funding_rate: Type.Number({ description: 'For one hour' }),
  oracle_price: Type.Number(),
  payment_amount: Type.Number({ description: 'Positive where the account received it' }),
  timestamp: instant,
});

/** The newest payments, and what all of them come to. */
export const FUNDING = Type.Object({
  funding_payments: Type.Array(PAYMENT),
  summary: Type.Object({
    total_paid: Type.Number({ description: 'What the account paid, as a negative amount' }),
    total_received: Type.Number(),
    net: Type.Number(),
    count: Type.Integer(),
  }),
});

/** What the payments come to, coin by coin. */
export const FUNDING_SUMMARY = Type.Object({
  by_coin: Type.Record(
    Type.String(),
    Type.Object({ total_funding: Type.Number(), payment_count: Type.Integer() }),
  ),
  total: Type.Number(),
});

type Payments = AsyncIterable<PastEvent<FundingData>>;

export async function fundingOf(
  payments: Payments,
  { coin, limit }: HistoryQuery,
): Promise<Static<typeof FUNDING>> {
  const listed: Static<typeof PAYMENT>[] = [];
  let paid = 0;
  let received = 0;
  let count = 0;
  for await (const payment of payments) {
    if (coin !== undefined && payment.data.symbol !== coin) continue;
    const amount = microsOf(payment.data.paymentAmount);
    if (amount < 0) paid += amount;
    else received += amount;
    count += 1;
    if (listed.length < limit) listed.push(paymentOf(payment));
  }
  const summary = {
    total_paid: dollarsOf(paid as Micros),
    total_received: dollarsOf(received as Micros),
    net: dollarsOf((paid + received) as Micros),
    count,
  };
  return { funding_payments: listed, summary };
}

export async function fundingByCoin(payments: Payments): Promise<Static<typeof FUNDING_SUMMARY>> {
  const sums = new Map<string, { amount: number; count: number }>();
  let total = 0;
  for await (const { data } of payments) {
    const amount = microsOf(data.paymentAmount);
    const sum = sums.get(data.symbol) ?? { amount: 0, count: 0 };
    sums.set(data.symbol, { amount: sum.amount + amount, count: sum.count + 1 });
    total += amount;
  }
  const coins = [...sums].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    by_coin: Object.fromEntries(
      coins.map(([coin, { amount, count }]) => [
        coin,
        { total_funding: dollarsOf(amount as Micros), payment_count: count },
      ]),
    ),
    total: dollarsOf(total as Micros),
  };
}

function paymentOf({ data, time }: PastEvent<FundingData>): Static<typeof PAYMENT> {
  return {
    coin: data.symbol,
    position_size: data.positionSize,
    funding_rate: data.fundingRate,
    oracle_price: data.oraclePrice,
    payment_amount: data.paymentAmount,
    timestamp: instantText(time),
  };
}
