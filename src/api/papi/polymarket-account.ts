import { type Static, Type } from 'typebox';
import type { Account, Holding } from '../../exchange/accounts/account.js';
import { valueAccount } from '../../exchange/accounts/account-value.js';
import { healthOf, positionNotional, unrealizedPnl } from '../../exchange/accounts/valuation.js';
import type { Exchange } from '../../exchange/exchange.js';
import { availableMargin } from '../../exchange/margin/initial-margin.js';
import type { Market } from '../../exchange/markets/market.js';
import type { Micros } from '../../exchange/units.js';
import { averagePrice, dollars, quantity } from '../../gateway/views/amounts.js';
import type { Endpoint } from '../family/endpoint.js';
import { reply } from '../request/reply.js';
import { outcomeLabel } from './binary-markets.js';
import { outcomePrice } from './polymarket-market-view.js';
import { BALANCE, POSITION } from './polymarket-schemas.js';
import type { PolymarketTrading } from './polymarket-trading.js';

/** What the caller's default portfolio holds of predictions, and what it has to spend. */
export function accountRoutes(trading: PolymarketTrading): readonly Endpoint[] {
  const { venue } = trading;
  return [
    trading.reading(
      {
        method: 'GET',
        path: '/polymarket/positions',
        summary: 'What is held of predictions',
        answers: { 200: { description: 'The positions', schema: Type.Array(POSITION) } },
      },
      ({ account }) => reply(JSON.stringify(positionViews(venue.exchange, account))),
    ),
    trading.reading(
      {
        method: 'GET',
        path: '/polymarket/balance',
        summary: 'What can be spent, and what there is in all',
        answers: { 200: { description: 'The balance, in dollars', schema: BALANCE } },
      },
      ({ account }) => reply(JSON.stringify(balanceView(venue.exchange, account))),
    ),
  ];
}

function positionViews({ markets }: Exchange, account: Account): readonly Static<typeof POSITION>[] {
  return account.holdings.flatMap((holding) => {
    if (holding === null || holding.lots === 0) return [];
    const market = markets[holding.instrument]!;
    return market.instrument.prediction === null ? [] : [positionView(market, holding)];
  });
}

function positionView(market: Market, holding: Holding): Static<typeof POSITION> {
  const { symbol, prediction } = market.instrument;
  return {
    market_id: prediction!.marketId,
    outcome_id: symbol,
    label: outcomeLabel(market),
    size: quantity(market, holding.lots),
    average_price: averagePrice(market, holding.cost, holding.lots),
    current_price: outcomePrice(market),
    value: dollars(positionNotional(holding, market)),
    unrealized_pnl: dollars(unrealizedPnl(holding, market)),
    realized_pnl: dollars(holding.realizedPnl),
  };
}

/** `available` is what no position and no order of any kind ties up. */
function balanceView({ markets }: Exchange, account: Account): Static<typeof BALANCE> {
  const available = Math.max(0, availableMargin(account, markets)) as Micros;
  return {
    currency: 'USD',
    available: dollars(available),
    positions_value: dollars(healthOf({ account, isolated: null }, markets).predictions),
    total: dollars(valueAccount(account, markets).equity),
  };
}
