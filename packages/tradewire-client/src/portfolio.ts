import type { Side } from './order.js';

export type MarginMode = 'CROSS' | 'ISOLATED';
export type PortfolioType = 'CASH' | 'MARGIN';

/** Money is in dollars throughout. */
export interface Account {
  readonly portfolioId: string;
  readonly balance: number;
  readonly equity: number;
  readonly unrealizedPnl: number;
  readonly marginUsed: number;
  readonly maintenanceMargin: number;
  readonly withdrawable: number;
  readonly feesPaid: number;
  readonly fundingPaid: number;
  readonly deposits: number;
  readonly volume14d: number;
  readonly feeTier: { readonly makerFee: number; readonly takerFee: number } | null;
  readonly portfolioType: PortfolioType;
  readonly broker: string;
}

/** `quantity` is signed; 0 once the position is closed. */
export interface Position {
  readonly symbol: string;
  readonly quantity: number;
  readonly entryPrice: number | null;
  readonly markPrice: number | null;
  readonly leverage: number;
  readonly marginMode: MarginMode;
  readonly margin: number;
  readonly unrealizedPnl: number;
  readonly realizedPnl: number;
  readonly liquidationPrice: number | null;
  readonly fundingPaid: number;
}

/** How positions in an instrument are margined. */
export interface Leverage {
  readonly symbol: string;
  readonly leverage: number;
  readonly marginMode: MarginMode;
}

/** A negative `fee` is a rebate; `positionAfter` is signed. */
export interface Fill {
  readonly fillId: number;
  readonly orderId: string;
  readonly clientOrderId: string | null;
  readonly symbol: string;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  readonly liquidity: 'MAKER' | 'TAKER';
  readonly fee: number;
  readonly realizedPnl: number;
  readonly positionAfter: number;
}

/** `fundingRate` is hourly; a negative `paymentAmount` was paid, a positive one received. */
export interface FundingPayment {
  readonly symbol: string;
  readonly positionSize: number;
  readonly fundingRate: number;
  readonly oraclePrice: number;
  readonly paymentAmount: number;
}

/** One step by which a position was liquidated; `positionSize` is signed, and as it was before. */
export interface Liquidation {
  readonly symbol: string;
  readonly positionSize: number;
  readonly entryPrice: number;
  readonly liquidationPrice: number | null;
  readonly markPrice: number;
  readonly accountValueBefore: number;
  readonly maintenanceMargin: number;
  readonly realizedLoss: number;
  readonly method: 'MARKET' | 'BACKSTOP' | 'ADL';
}
