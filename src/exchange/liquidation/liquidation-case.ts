import type { Account, Holding } from '../accounts/account.js';
import {
  type Health,
  healthOf,
  isBelowMaintenance,
  type Pool,
  positionMaintenance,
  positionsOf,
} from '../accounts/valuation.js';
import type { Announcer } from '../announcer.js';
import { liquidationTurn } from '../equities/equities.js';
import type { LiquidationMethod } from '../event.js';
import type { Market } from '../markets/market.js';
import type { Order } from '../orders/order.js';
import { closeOwnOrder, openOwnOrder } from '../orders/own-order.js';
import type { ExchangeState } from '../state.js';
import type { Lots, Micros, Side } from '../units.js';
import { liquidationPrice } from './liquidation-price.js';

/** One pool below its maintenance margin, with how it stood before anything of it was closed. */
export class LiquidationCase {
  readonly account: Account;
  private readonly before: Health;
  private readonly prices = new Map<Holding, number | null>();

  constructor(
    readonly state: ExchangeState,
    readonly announcer: Announcer,
    readonly pool: Pool,
  ) {
    this.account = pool.account;
    this.before = this.health;
    for (const holding of positionsOf(pool)) {
      this.prices.set(holding, liquidationPrice(pool.account, holding, state.markets));
    }
  }

  get health(): Health {
    return healthOf(this.pool, this.state.markets);
  }

  get isBelow(): boolean {
    return isBelowMaintenance(this.pool, this.state.markets);
  }

  /**
   * The open positions that are to be closed, that with the largest maintenance margin first. What is paid for in
   * full is closed only when nothing else is left.
   */
  get positions(): readonly Holding[] {
    const maintenance = (holding: Holding): Micros =>
      positionMaintenance(this.account, holding, this.marketOf(holding));
    const open = positionsOf(this.pool);
    const turn = (holding: Holding): number =>
      liquidationTurn(this.account, this.marketOf(holding).instrument);
    const first = Math.min(...open.map(turn));
    return open
      .filter((holding) => turn(holding) === first)
      .sort((one, other) => maintenance(other) - maintenance(one) || one.instrument - other.instrument);
  }

  /** Those of them that trade now: nothing is taken over or closed at the mark of a closed market. */
  get tradedPositions(): readonly Holding[] {
    return this.positions.filter((holding) => !this.marketOf(holding).isClosed);
  }

  marketOf(holding: Holding): Market {
    return this.state.markets[holding.instrument]!;
  }

  /**
   * Closes up to so many lots of a position with an order of the exchange's own, which `fill` brings together with
   * somebody, and tells the account of it. Returns how many were closed.
   */
  close(holding: Holding, lots: Lots, method: LiquidationMethod, fill: (order: Order) => void): Lots {
    const { state, announcer, account } = this;
    const market = this.marketOf(holding);
    const { lots: lotsBefore, cost } = holding;
    const profitBefore = ownProfit(holding);
    const side = -Math.sign(lotsBefore) as Side;
    const order = openOwnOrder(state, announcer, account, market, side, lots, 'LIQUIDATION');
    fill(order);
    closeOwnOrder(state, announcer, account, order);
    if (order.filledLots === 0) return order.filledLots;
    announcer.liquidation(account, {
      instrument: market.id,
      method,
      lots: lotsBefore,
      cost,
      liquidationPrice: this.prices.get(holding) ?? null,
      mark: market.mark,
      accountValue: this.before.value,
      maintenanceMargin: this.before.maintenance,
      realizedPnl: (ownProfit(holding) - profitBefore) as Micros,
    });
    return order.filledLots;
  }
}

/**
 * What this command has made of a position so far, for its account. What the margin of an isolated one lacks of a loss
 * the house pays, be it only when the last of it is closed.
 */
function ownProfit({ closedPnl, isolatedMargin }: Holding): number {
  return (closedPnl ?? 0) + Math.max(0, 0 - isolatedMargin);
}
