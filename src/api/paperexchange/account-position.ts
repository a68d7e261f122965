import { type Static, Type } from 'typebox';
import type { Account, Holding } from '../../exchange/accounts/account.js';
import { positionMargin } from '../../exchange/accounts/account-value.js';
import { positionNotional, unrealizedPnl } from '../../exchange/accounts/valuation.js';
import { liquidationPrice } from '../../exchange/liquidation/liquidation-price.js';
import type { Market } from '../../exchange/markets/market.js';
import type { Lots, Micros } from '../../exchange/units.js';
import { averagePrice, computedPrice, quantity } from '../../gateway/views/amounts.js';
import { orNull } from '../request/answer-schema.js';
import { dollarsOf } from './account-amounts.js';

/** An open position in this family's words. */
export const POSITION = Type.Object({
  coin: Type.String(),
  side: Type.Enum(['long', 'short']),
  size: Type.Number({ description: 'Without a sign; the side tells the direction' }),
  entry_price: Type.Number(),
  mark_price: Type.Number(),
  position_value: Type.Number(),
  leverage: Type.Integer(),
  margin_mode: Type.Enum(['cross', 'isolated']),
  margin_used: Type.Number(),
  unrealized_pnl: Type.Number(),
  realized_pnl: Type.Number({ description: 'Of what was closed so far in this coin, without fees' }),
  funding: Type.Number({ description: 'Received so far in this coin; negative where it was paid' }),
  liquidation_price: orNull(Type.Number()),
});

export function positionsOf(account: Account, markets: readonly Market[]): Static<typeof POSITION>[] {
  return account.holdings
    .filter((holding) => holding !== null && holding.lots !== 0)
    .map((holding) => positionOf(account, holding!, markets));
}

function positionOf(account: Account, holding: Holding, markets: readonly Market[]): Static<typeof POSITION> {
  const market = markets[holding.instrument]!;
  const { lots, cost, leverage, marginMode } = holding;
  return {
    coin: market.instrument.symbol,
    side: lots > 0 ? 'long' : 'short',
    size: Number(quantity(market, Math.abs(lots) as Lots)),
    entry_price: Number(averagePrice(market, cost, lots)),
    mark_price: dollarsOf(market.mark as number as Micros),
    position_value: dollarsOf(positionNotional(holding, market)),
    leverage,
    margin_mode: marginMode === 'CROSS' ? 'cross' : 'isolated',
    margin_used: dollarsOf(positionMargin(holding, market)),
    unrealized_pnl: dollarsOf(unrealizedPnl(holding, market)),
    realized_pnl: dollarsOf(holding.realizedPnl),
    funding: dollarsOf((0 - holding.fundingPaid) as Micros),
    liquidation_price: computedPrice(liquidationPrice(account, holding, markets)),
  };
}
