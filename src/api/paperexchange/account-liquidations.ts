import { type Static, Type } from 'typebox';
import type { Micros } from '../../exchange/units.js';
import { instant, orNull } from '../request/answer-schema.js';
import { dollarsOf, microsOf } from './account-amounts.js';
import type { HistoryQuery, PastEvent } from './account-history.js';
import { instantText } from './instant-text.js';

/** A liquidation as the native protocol tells it. */
export interface LiquidationData {
  readonly symbol: string;
  readonly positionSize: number;
  readonly entryPrice: number;
  readonly liquidationPrice: number | null;
  readonly markPrice: number;
  readonly accountValueBefore: number;
  readonly maintenanceMargin: number;
  readonly realizedLoss: number;
}

const LIQUIDATION = Type.Object({
  coin: Type.String(),
  position_size: Type.Number({ description: 'Of the position before; negative for a short one' }),
  entry_price: Type.Number(),
  liquidation_price: orNull(Type.Number()),
  mark_price: Type.Number(),
  account_value_before: Type.Number(),
  maintenance_margin: Type.Number(),
  realized_loss: Type.Number({
    description: 'Negative for a loss, of an isolated position no more than its margin; without fees',
  }),
  timestamp: instant,
});

/** The newest liquidations, and what all of them come to. */
export const LIQUIDATIONS = Type.Object({
  liquidations: Type.Array(LIQUIDATION),
  summary: Type.Object({ total_liquidations: Type.Integer(), total_loss: Type.Number() }),
});

export async function liquidationsOf(
  events: AsyncIterable<PastEvent<LiquidationData>>,
  { coin, limit }: HistoryQuery,
): Promise<Static<typeof LIQUIDATIONS>> {
  const liquidations: Static<typeof LIQUIDATION>[] = [];
  let loss = 0;
  let count = 0;
  for await (const event of events) {
    if (coin !== undefined && event.data.symbol !== coin) continue;
    loss += microsOf(event.data.realizedLoss);
    count += 1;
    if (liquidations.length < limit) liquidations.push(liquidationOf(event));
  }
  return { liquidations, summary: { total_liquidations: count, total_loss: dollarsOf(loss as Micros) } };
}

function liquidationOf({ data, time }: PastEvent<LiquidationData>): Static<typeof LIQUIDATION> {
  return {
    coin: data.symbol,
    position_size: data.positionSize,
    entry_price: data.entryPrice,
    liquidation_price: data.liquidationPrice,
    mark_price: data.markPrice,
    account_value_before: data.accountValueBefore,
    maintenance_margin: data.maintenanceMargin,
    realized_loss: data.realizedLoss,
    timestamp: instantText(time),
  };
}
