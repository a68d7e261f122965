const PORTFOLIO_ID = 'f461cfa9-9e59-4ac2-b703-cdda7c5633e4';
const ORDER_ID = '5c645ce2-f828-8000-8000-000000000001';
const TIME = '2026-11-22T02:35:49.324Z';

/** What a client may be told of an order. */
export const ORDER_EXAMPLE = {
  orderId: ORDER_ID,
  portfolioId: PORTFOLIO_ID,
  symbol: 'BTC',
  assetClass: 'PERPETUAL',
  orderType: 'LIMIT',
  positionIntent: 'BUY_TO_OPEN',
  side: 'BUY',
  quantity: 0.25,
  limitPrice: 64_200,
  timeInForce: 'GTC',
  postOnly: true,
  reduceOnly: false,
  clientOrderId: 'bid-1',
  filledQuantity: 0,
  avgFillPrice: null,
  status: 'ACTIVE',
  createdAt: TIME,
  updatedAt: TIME,
};

export const FILL_EXAMPLE = {
  fillId: 3,
  orderId: ORDER_ID,
  clientOrderId: null,
  symbol: 'BTC',
  side: 'BUY',
  price: 64_251,
  quantity: 0.25,
  liquidity: 'TAKER',
  fee: 7.228238,
  realizedPnl: 0,
  positionAfter: 0.25,
};

export const POSITION_EXAMPLE = {
  symbol: 'BTC',
  quantity: 0.25,
  entryPrice: 64_251,
  markPrice: 64_250,
  leverage: 20,
  marginMode: 'CROSS',
  margin: 803.125,
  unrealizedPnl: -0.25,
  realizedPnl: 0,
  liquidationPrice: null,
  fundingPaid: 0,
};

export const ACCOUNT_EXAMPLE = {
  portfolioId: PORTFOLIO_ID,
  balance: 999_992.771762,
  equity: 999_992.521762,
  unrealizedPnl: -0.25,
  marginUsed: 803.125,
  maintenanceMargin: 200.78125,
  withdrawable: 999_189.396762,
  feesPaid: 7.228238,
  fundingPaid: 0,
  deposits: 1_000_000,
  volume14d: 0,
  feeTier: { makerFee: 0.00015, takerFee: 0.00045 },
  portfolioType: 'CASH',
  broker: 'default',
};
