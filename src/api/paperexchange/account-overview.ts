import { type Static, Type } from 'typebox';
import type { Account } from '../../exchange/accounts/account.js';
import { valueAccount } from '../../exchange/accounts/account-value.js';
import { fundsOf } from '../../exchange/accounts/funds.js';
import type { Market } from '../../exchange/markets/market.js';
import type { Micros } from '../../exchange/units.js';
import { dollarsOf, percentOf } from './account-amounts.js';
import { POSITION, positionsOf } from './account-position.js';

const STATISTICS = Type.Object({
  total_trades: Type.Integer({
    description: 'What one order or liquidation closed of one position is a trade',
  }),
  winning_trades: Type.Integer(),
  losing_trades: Type.Integer({ description: 'Trades that broke even are neither winning nor losing' }),
  win_rate: Type.Number({ description: 'In percent' }),
  total_volume: Type.Number(),
  total_fees_paid: Type.Number(),
  best_trade: Type.Number({ description: 'The highest profit of a trade, without fees; 0 before the first' }),
  worst_trade: Type.Number({ description: 'The lowest one' }),
  realized_pnl: Type.Number({ description: 'With fees and funding' }),
  unrealized_pnl: Type.Number(),
});

/** How an account stands, and what its trades have come to. */
export const OVERVIEW = Type.Object({
  account_value: Type.Number({ description: 'With unrealized profit' }),
  initial_balance: Type.Number({ description: 'All that was deposited, top-ups included' }),
  total_pnl: Type.Number(),
  total_pnl_percent: Type.Number(),
  withdrawable: Type.Number(),
  margin_used: Type.Number(),
  positions_count: Type.Integer(),
  open_orders_count: Type.Integer(),
  positions: Type.Array(POSITION),
  stats: STATISTICS,
});

/** The account at the present mark prices. */
export function overviewOf(account: Account, markets: readonly Market[]): Static<typeof OVERVIEW> {
  const { equity, withdrawable, marginUsed } = valueAccount(account, markets);
  const positions = positionsOf(account, markets);
  const { deposits } = account;
  const profit = (equity - deposits) as Micros;
  return {
    account_value: dollarsOf(equity),
    initial_balance: dollarsOf(deposits),
    total_pnl: dollarsOf(profit),
    total_pnl_percent: percentOf(profit, deposits),
    withdrawable: dollarsOf(withdrawable),
    margin_used: dollarsOf(marginUsed),
    positions_count: positions.length,
    open_orders_count: account.openCount,
    positions,
    stats: statisticsOf(account, equity),
  };
}

/** The margins of isolated positions count as funds: opening such a position is no loss. */
function statisticsOf(account: Account, equity: Micros): Static<typeof STATISTICS> {
  const { closed, winning, losing, best, worst, volume } = account.tradeRecord;
  const funds = fundsOf(account);
  return {
    total_trades: closed,
    winning_trades: winning,
    losing_trades: losing,
    win_rate: percentOf(winning, closed),
    total_volume: volume.dollars + dollarsOf(volume.micros as Micros),
    total_fees_paid: dollarsOf(account.feesPaid),
    best_trade: dollarsOf(best),
    worst_trade: dollarsOf(worst),
    realized_pnl: dollarsOf((funds - account.deposits) as Micros),
    unrealized_pnl: dollarsOf((equity - funds) as Micros),
  };
}
