import { divideRounded } from '../fixed-point.js';
import { isTied, marginRequired } from '../margin/initial-margin.js';
import type { Market } from '../markets/market.js';
import type { Micros } from '../units.js';
import type { Account, Holding } from './account.js';
import { isolatedEquity, positionMaintenance, positionNotional, unrealizedPnl } from './valuation.js';

/** Of every this many dollars of cross positions, one cannot be withdrawn, however high the leverage. */
const TRANSFER_NOTIONAL_DIVISOR = 10;

/** Everything an account statement holds beyond the balances themselves, at the present mark prices. */
export interface AccountValue {
  readonly unrealizedPnl: Micros;
  /** Cross account value and the equity of the isolated positions. */
  readonly equity: Micros;
  /** Margin of the positions and of the resting orders. */
  readonly marginUsed: Micros;
  /** Of the cross positions: it is what the account's own funds must cover. */
  readonly maintenanceMargin: Micros;
  readonly withdrawable: Micros;
}

/** The margin that a position holds: the equity of an isolated one, value over leverage of a cross one. */
export function positionMargin(holding: Holding, market: Market): Micros {
  if (holding.marginMode === 'ISOLATED') return isolatedEquity(holding, market);
  return divideRounded(positionNotional(holding, market), holding.leverage) as Micros;
}

/**
 * What must stay with positions whenever margin is taken away but by trading: the initial margin, or a tenth
 * of their value where that is more.
 */
export function transferMarginRequired(initialMargin: number, notional: number): Micros {
  return Math.max(initialMargin, divideRounded(notional, TRANSFER_NOTIONAL_DIVISOR)) as Micros;
}

/**
 * Predictions, and the bids for them, are kept in full besides: they back nothing else, so that they cannot stand for
 * the tenth of the other positions either.
 */
export function valueAccount(account: Account, markets: readonly Market[]): AccountValue {
  let unrealized = 0;
  let crossValue: number = account.balance;
  let isolatedValue = 0;
  let required = 0;
  let paidInFull = 0;
  let maintenance = 0;
  let notional = 0;
  for (const holding of account.holdings) {
    if (holding === null || !isTied(holding)) continue;
    const market = markets[holding.instrument]!;
    const profit = unrealizedPnl(holding, market);
    unrealized += profit;
    const isPrediction = market.instrument.assetClass === 'PREDICTION';
    if (isPrediction) paidInFull += marginRequired(holding, market);
    else required += marginRequired(holding, market);
    if (holding.marginMode === 'ISOLATED') {
      isolatedValue += isolatedEquity(holding, market);
    } else {
      crossValue += profit;
      maintenance += positionMaintenance(account, holding, market);
      if (!isPrediction) notional += positionNotional(holding, market);
    }
  }
  const kept = paidInFull + transferMarginRequired(required, notional);
  return {
    unrealizedPnl: unrealized as Micros,
    equity: (crossValue + isolatedValue) as Micros,
    marginUsed: (required + paidInFull + isolatedValue) as Micros,
    maintenanceMargin: maintenance as Micros,
    withdrawable: Math.max(0, crossValue - kept) as Micros,
  };
}
