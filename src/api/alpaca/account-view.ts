import { type Static, Type } from 'typebox';
import type { Account } from '../../exchange/accounts/account.js';
import { valueAccount } from '../../exchange/accounts/account-value.js';
import { endedMembership } from '../../exchange/accounts/membership.js';
import { valueAt } from '../../exchange/accounts/valuation.js';
import { buyingPower, MARGIN_LEVERAGE } from '../../exchange/equities/equities.js';
import { availableMargin } from '../../exchange/margin/initial-margin.js';
import type { Market } from '../../exchange/markets/market.js';
import type { Micros, Millis } from '../../exchange/units.js';
import { accountNumber } from '../../gateway/views/account-number.js';
import { dollars } from '../../gateway/views/amounts.js';
import type { User } from '../../identity/people/user.js';
import { count, instant, uuid } from '../request/answer-schema.js';

const money = Type.String({ pattern: '^-?\\d+(\\.\\d+)?$' });
const flag = Type.Boolean();

/** A brokerage account, with every field that its clients know. */
export const ACCOUNT = Type.Object({
  id: uuid,
  account_number: Type.String(),
  status: Type.Literal('ACTIVE'),
  crypto_status: Type.Literal('ACTIVE'),
  currency: Type.Literal('USD'),
  cash: money,
  portfolio_value: money,
  non_marginable_buying_power: money,
  accrued_fees: money,
  pending_transfer_in: money,
  pending_transfer_out: money,
  pattern_day_trader: flag,
  trade_suspended_by_user: flag,
  trading_blocked: flag,
  transfers_blocked: flag,
  account_blocked: flag,
  created_at: instant,
  shorting_enabled: flag,
  long_market_value: money,
  short_market_value: money,
  equity: money,
  last_equity: money,
  multiplier: Type.Unsafe<string>({ type: 'string', enum: ['1', '2'] }),
  buying_power: money,
  initial_margin: money,
  maintenance_margin: money,
  sma: money,
  daytrade_count: count,
  last_maintenance_margin: money,
  daytrading_buying_power: money,
  regt_buying_power: money,
  options_buying_power: money,
  options_approved_level: count,
  options_trading_level: count,
  intraday_adjustments: money,
  pending_reg_taf_fees: money,
  balance_asof: Type.String({ format: 'date' }),
});

/** What this venue has no such thing of: transfers, options, day-trading rules, fees that are not taken at once. */
const NONE = {
  accrued_fees: '0',
  pending_transfer_in: '0',
  pending_transfer_out: '0',
  pattern_day_trader: false,
  trade_suspended_by_user: false,
  transfers_blocked: false,
  account_blocked: false,
  daytrade_count: 0,
  daytrading_buying_power: '0',
  options_buying_power: '0',
  options_approved_level: 0,
  options_trading_level: 0,
  intraday_adjustments: '0',
  pending_reg_taf_fees: '0',
} as const;

/**
 * An account in a broker's words, at the present mark prices. `cash` is what is left of the equity without what is
 * owned, so that equity = cash + long_market_value + short_market_value; a perpetual is not owned, and its profit is
 * cash. Closing values are not kept: the `last_` ones are those of now.
 */
export function accountView(
  user: User,
  account: Account,
  markets: readonly Market[],
  now: Millis,
): Static<typeof ACCOUNT> {
  const { equity, marginUsed, maintenanceMargin } = valueAccount(account, markets);
  const { long, short } = ownedValue(account, markets);
  const available = availableMargin(account, markets);
  const isMargin = account.portfolioType === 'MARGIN';
  const power = dollars(buyingPower(account, available));
  const unused = dollars(Math.max(0, available) as Micros);
  return {
    id: user.userId,
    account_number: accountNumber(user.userId),
    status: 'ACTIVE',
    crypto_status: 'ACTIVE',
    currency: 'USD',
    ...NONE,
    cash: dollars((equity - long - short) as Micros),
    portfolio_value: dollars(equity),
    equity: dollars(equity),
    last_equity: dollars(equity),
    long_market_value: dollars(long),
    short_market_value: dollars(short),
    multiplier: String(isMargin ? MARGIN_LEVERAGE : 1),
    buying_power: power,
    regt_buying_power: power,
    non_marginable_buying_power: unused,
    sma: unused,
    initial_margin: dollars(marginUsed),
    maintenance_margin: dollars(maintenanceMargin),
    last_maintenance_margin: dollars(maintenanceMargin),
    shorting_enabled: isMargin,
    trading_blocked: endedMembership(account.membership, now) !== null,
    created_at: user.createdAt,
    balance_asof: new Date(now).toISOString().slice(0, 'YYYY-MM-DD'.length),
  };
}

/** What is owned, and what is owed, which is negative. */
function ownedValue(
  { holdings }: Account,
  markets: readonly Market[],
): { readonly long: Micros; readonly short: Micros } {
  let long = 0;
  let short = 0;
  for (const holding of holdings) {
    if (holding === null || holding.lots === 0) continue;
    const { instrument, mark, tickMicros } = markets[holding.instrument]!;
    if (instrument.assetClass === 'PERPETUAL') continue;
    const value = valueAt(holding.lots, mark, tickMicros);
    if (value > 0) long += value;
    else short += value;
  }
  return { long: long as Micros, short: short as Micros };
}
