export type Side = 'BUY' | 'SELL';
export type AssetClass = 'PERPETUAL' | 'EQUITY' | 'PREDICTION';
export type TimeInForce = 'DAY' | 'GTC' | 'IOC' | 'FOK' | 'GTD';
export type PositionIntent = 'BUY_TO_OPEN' | 'BUY_TO_CLOSE' | 'SELL_TO_OPEN' | 'SELL_TO_CLOSE';

/** The types that can be asked for. */
export type OrderType = 'MARKET' | 'LIMIT' | 'STOP' | 'STOP_LIMIT' | 'TRAILING_STOP' | 'TRAILING_STOP_LIMIT';

export type OrderStatus =
  | 'PENDING_MARKET_OPEN'
  | 'PENDING'
  | 'ACTIVE'
  | 'FILLED'
  | 'CANCELED'
  | 'EXPIRED'
  | 'REJECTED';

/** A number, or the same as decimal text where a number would not hold it exactly. */
export type Decimal = number | string;

/** Where a position ends: in a market order, or in a limit order where a limit is given. */
export interface Exit<Price = number> {
  readonly triggerPrice: Price;
  readonly limitPrice?: Price;
}

/** An order to place, with a side or a position's intent. Without a `clientOrderId` the client makes one. */
export interface OrderRequest {
  readonly symbol: string;
  readonly orderType: OrderType;
  readonly side?: Side;
  readonly positionIntent?: PositionIntent;
  readonly reduceOnly?: boolean;
  readonly quantity: Decimal;
  readonly limitPrice?: Decimal;
  readonly stopPrice?: Decimal;
  readonly trailAmount?: Decimal;
  readonly trailPercent?: Decimal;
  readonly takeProfit?: Exit<Decimal>;
  readonly stopLoss?: Exit<Decimal>;
  readonly timeInForce?: TimeInForce;
  /** ISO 8601 in UTC, with `GTD`. */
  readonly expiresAt?: string;
  readonly postOnly?: boolean;
  readonly clientOrderId?: string;
  readonly portfolioId?: string;
  readonly assetClass?: AssetClass;
}

/** An order as it stands. What does not apply to it is left out. */
export interface Order {
  readonly orderId: string;
  readonly portfolioId: string;
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly orderType: OrderType | 'TAKE_PROFIT' | 'TAKE_PROFIT_LIMIT';
  readonly positionIntent: PositionIntent;
  readonly side: Side;
  readonly quantity: number;
  readonly limitPrice?: number;
  readonly stopPrice?: number;
  readonly trailAmount?: number;
  readonly trailPercent?: number;
  readonly parentOrderId?: string;
  readonly takeProfit?: Exit;
  readonly stopLoss?: Exit;
  readonly timeInForce: TimeInForce;
  readonly expiresAt?: string;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly clientOrderId?: string;
  readonly filledQuantity: number;
  readonly avgFillPrice: number | null;
  readonly status: OrderStatus;
  readonly reason?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Names one order, by either of its ids. */
export type OrderReference = { readonly orderId: string } | { readonly clientOrderId: string };

/** What is to change of an order: its total quantity, or its prices. */
export interface Amendment {
  readonly quantity?: Decimal;
  readonly limitPrice?: Decimal;
  readonly stopPrice?: Decimal;
}
