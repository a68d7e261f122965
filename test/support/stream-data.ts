/** The objects of the native protocol, as far as tests look into them. */
export interface OrderData {
  readonly orderId: string;
  readonly portfolioId: string;
  readonly clientOrderId?: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: number;
  readonly limitPrice?: number;
  readonly filledQuantity: number;
  readonly avgFillPrice: number | null;
  readonly status: string;
  readonly reason?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface FillData {
  readonly fillId: number;
  readonly orderId: string;
  readonly clientOrderId: string | null;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly price: number;
  readonly quantity: number;
  readonly liquidity: 'MAKER' | 'TAKER';
  readonly fee: number;
  readonly realizedPnl: number;
  readonly positionAfter: number;
}

export interface PositionData {
  readonly symbol: string;
  readonly quantity: number;
  readonly entryPrice: number | null;
  readonly leverage: number;
}

export interface AccountData {
  readonly portfolioId: string;
  readonly balance: number;
  readonly equity: number;
  readonly feesPaid: number;
  readonly deposits: number;
}

export type PrivateData = Partial<OrderData & FillData & PositionData & AccountData>;

export interface BookData {
  readonly bids: readonly (readonly [price: number, quantity: number])[];
  readonly asks: readonly (readonly [price: number, quantity: number])[];
  readonly seq: number;
}
