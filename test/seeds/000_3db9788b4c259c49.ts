import { register } from '../api/people.js';
import { demoAccount } from '../api/users.js';
import type { SeedRequest, SeedRun } from './seed-run.js';

const ORDER = `curl -X POST https://api.paperinvest.io/v1/orders \\
  -H "Authorization: Bearer YOUR_JWT_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{
    "portfolioId": "550e8400-e29b-41d4-a716-446655440000",
    "symbol": "AAPL",
    "quantity": 100,
    "orderType": "MARKET",
    "positionIntent": "BUY_TO_OPEN",
    "timeInForce": "DAY",
    "assetClass": "EQUITY"
  }'`;

/** Somebody on the plan of the page, who has asked all they may. */
async function exhaust(run: SeedRun): Promise<void> {
  const token = await register(run.tradewire);
  const ask = () => run.tradewire.ask('GET', '/v1/accounts', undefined, token);
  const answers = await Promise.all(Array.from({ length: 200 }, ask));
  if (answers.some(({ status }) => status !== 200)) throw new Error('refused too early');
  run.values.set('YOUR_JWT_TOKEN', token);
}

/** Making Your First Request. */
export const MAKING_YOUR_FIRST_REQUEST: readonly SeedRequest[] = [
  {
    title: 'Get Token',
    before: async (run) => {
      run.values.set('YOUR_API_KEY', run.tradewire.apiKey);
      const [portfolioId] = (await demoAccount(run.tradewire)).portfolios;
      run.values.set('550e8400-e29b-41d4-a716-446655440000', portfolioId);
      await run.sandbox.market('AAPL', { oracle: 200, bids: [[199, 1_000]], asks: [[201, 1_000]] });
    },
    request: `curl -X POST https://api.paperinvest.io/v1/auth/token \\
  -H "Content-Type: application/json" \\
  -d '{
    "apiKey": "YOUR_API_KEY"
  }'`,
    answer: `{
  "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...",
  "refreshToken": "rf_2n8Kj3hGpQxM..."
}`,
    after: ({ values }, { body }) => void values.set('YOUR_JWT_TOKEN', body['token']!),
  },
  {
    title: 'Example Request',
    request: ORDER,
    answer: `{
  "orderId": "123e4567-e89b-12d3-a456-426614174000",
  "portfolioId": "550e8400-e29b-41d4-a716-446655440000",
  "symbol": "AAPL",
  "quantity": 100,
  "orderType": "MARKET",
  "positionIntent": "BUY_TO_OPEN",
  "timeInForce": "DAY",
  "assetClass": "EQUITY",
  "status": "PENDING",
  "createdAt": "2024-01-15T10:30:00.000Z",
  "updatedAt": "2024-01-15T10:30:00.000Z"
}`,
    exact: [
      'portfolioId',
      'symbol',
      'quantity',
      'orderType',
      'positionIntent',
      'timeInForce',
      'assetClass',
      'status',
    ],
  },
  {
    title: 'Validation Error',
    request: 'POST /v1/orders',
    headers: { Authorization: 'Bearer YOUR_JWT_TOKEN', 'Content-Type': 'application/json' },
    body: `{
    "portfolioId": "550e8400-e29b-41d4-a716-446655440000",
    "symbol": "AAPL",
    "quantity": -10,
    "orderType": "INVALID",
    "timeInForce": "INVALID"
  }`,
    status: 400,
    answer: `{
  "message": "Validation failed",
  "errors": {
    "quantity": ["quantity must be a positive number"],
    "orderType": ["orderType must be one of: MARKET, LIMIT, STOP, STOP_LIMIT"],
    "timeInForce": ["timeInForce must be one of: DAY, GTC, IOC, FOK"]
  },
  "receivedValue": {
    "portfolioId": "550e8400-e29b-41d4-a716-446655440000",
    "symbol": "AAPL",
    "quantity": -10,
    "orderType": "INVALID",
    "timeInForce": "INVALID"
  }
}`,
    // Two trailing types follow those that the page names.
    exact: ['message', 'errors.quantity', 'errors.timeInForce', 'receivedValue'],
  },
  {
    title: 'Rate Limit Error',
    before: exhaust,
    request: ORDER,
    status: 429,
    answer: `{
  "statusCode": 429,
  "message": "Rate limit exceeded",
  "limit": 200,
  "remaining": 0,
  "resetTime": 60
}`,
    exact: ['statusCode', 'message', 'limit', 'remaining'],
  },
];
