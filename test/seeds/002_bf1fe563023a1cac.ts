import { mailedToken } from '../api/people.js';
import { ACCOUNT, becomePoor, pay, trade } from './account-story.js';
import type { SeedRequest, SeedRun } from './seed-run.js';

const AUTHORIZED = { Authorization: 'Bearer your_jwt_token' };

const CREDENTIALS = `{
  "email": "user@example.com",
  "password": "securepassword123"
}`;
const LOGGED_IN = `{
  "access_token": "eyJhbGciOiJIUzI1NiIs...",
  "user_id": "uuid-here",
  "email": "user@example.com"
}`;

/** Logs in with the new password: a reset ends all log-ins. */
async function logInAgain(run: SeedRun): Promise<void> {
  const credentials = { email: 'user@example.com', password: 'newSecurePassword123' };
  const { access_token } = await run.arrange('POST', '/v1/auth/login', credentials, '');
  run.values.set('your_jwt_token', access_token!);
}

const ENTRANCE: readonly SeedRequest[] = [
  {
    title: 'Register',
    request: 'POST /v1/auth/register',
    body: CREDENTIALS,
    answer: LOGGED_IN,
    exact: ['email'],
  },
  {
    title: 'Log in',
    request: 'POST /v1/auth/login',
    body: CREDENTIALS,
    answer: LOGGED_IN,
    exact: ['email'],
  },
  {
    title: 'Forgot password',
    request: 'POST /v1/auth/forgot-password',
    body: `{
  "email": "user@example.com"
}`,
    answer: `{
  "message": "If an account exists with this email, a password reset link has been sent."
}`,
    exact: ['message'],
  },
  {
    title: 'Reset password',
    before: async ({ tradewire, values }) => {
      const token = await mailedToken(tradewire, 'user@example.com', 'reset_password');
      values.set('reset-token-from-email', token);
    },
    request: 'POST /v1/auth/reset-password',
    body: `{
  "token": "reset-token-from-email",
  "new_password": "newSecurePassword123"
}`,
    answer: `{
  "message": "Password has been reset successfully. You can now log in with your new password."
}`,
    exact: ['message'],
    after: logInAgain,
  },
  {
    title: 'Profile',
    request: 'GET /v1/auth/me',
    headers: AUTHORIZED,
    answer: `{
  "id": "uuid-here",
  "email": "user@example.com",
  "plan": "basic",
  "subscription_status": "active",
  "trial_expires_at": "2024-01-15T00:00:00Z",
  "subscription_expires_at": "2024-02-15T00:00:00Z",
  "payment_required": false,
  "created_at": "2024-01-01T00:00:00Z"
}`,
    free: ['subscription_expires_at'],
    exact: ['email', 'plan', 'payment_required'],
  },
];

const KEYS: readonly SeedRequest[] = [
  {
    title: 'Create an API key',
    request: 'POST /v1/auth/api-keys',
    headers: AUTHORIZED,
    body: `{
  "name": "My Trading Bot"
}`,
    answer: `{
  "api_key": "pe_abc123xxxxxxxxxxxxxxxxxxxxxxxx",
  "id": "key-uuid",
  "name": "My Trading Bot",
  "message": "Save this key - it won't be shown again"
}`,
    exact: ['name', 'message'],
    after: ({ values }, { body }) => void values.set(':id', body['id']!),
  },
  {
    title: 'List API keys',
    request: 'GET /v1/auth/api-keys',
    headers: AUTHORIZED,
    answer: `{
  "api_keys": [
    {
      "id": "key-uuid",
      "name": "My Trading Bot",
      "key_prefix": "pe_abc123",
      "status": "active",
      "created_at": "2024-01-01T00:00:00Z",
      "last_used_at": "2024-01-10T12:00:00Z"
    }
  ]
}`,
    free: ['last_used_at'],
    exact: ['api_keys.0.status'],
  },
  {
    title: 'Revoke an API key',
    request: 'DELETE /v1/auth/api-keys/:id',
    headers: AUTHORIZED,
    answer: `{
  "message": "API key revoked successfully"
}`,
    exact: ['message'],
  },
];

const HISTORY: readonly SeedRequest[] = [
  {
    title: 'Account overview',
    before: trade,
    request: `GET ${ACCOUNT}/overview`,
    headers: AUTHORIZED,
    answer: `{
  "account_value": 10500.00,
  "initial_balance": 10000.00,
  "total_pnl": 500.00,
  "total_pnl_percent": 5.0,
  "withdrawable": 9800.00,
  "margin_used": 700.00,
  "positions_count": 2,
  "open_orders_count": 3,
  "positions": [...],
  "stats": {
    "total_trades": 45,
    "winning_trades": 28,
    "losing_trades": 17,
    "win_rate": 62.2,
    "total_volume": 125000.00,
    "total_fees_paid": 62.50,
    "best_trade": 234.50,
    "worst_trade": -156.20,
    "realized_pnl": 450.00,
    "unrealized_pnl": 50.00
  }
}`,
    exact: ['initial_balance'],
  },
  {
    title: 'Funding history',
    request: `GET ${ACCOUNT}/funding?coin=BTC&limit=100`,
    headers: AUTHORIZED,
    answer: `{
  "funding_payments": [
    {
      "coin": "BTC",
      "position_size": 0.5,
      "funding_rate": 0.0001,
      "oracle_price": 42500.00,
      "payment_amount": -2.125,
      "timestamp": "2024-01-15T12:00:00Z"
    }
  ],
  "summary": {
    "total_paid": -15.50,
    "total_received": 8.25,
    "net": -7.25,
    "count": 48
  }
}`,
  },
  {
    title: 'Funding summary',
    request: `GET ${ACCOUNT}/funding/summary`,
    headers: AUTHORIZED,
    answer: `{
  "by_coin": {
    "BTC": { "total_funding": -12.50, "payment_count": 24 },
    "ETH": { "total_funding": 5.25, "payment_count": 24 }
  },
  "total": -7.25
}`,
  },
  {
    title: 'Liquidations',
    request: `GET ${ACCOUNT}/liquidations`,
    headers: AUTHORIZED,
    answer: `{
  "liquidations": [
    {
      "coin": "ETH",
      "position_size": 2.5,
      "entry_price": 2400.00,
      "liquidation_price": 2280.00,
      "mark_price": 2275.00,
      "account_value_before": 450.00,
      "maintenance_margin": 480.00,
      "realized_loss": -300.00,
      "timestamp": "2024-01-15T14:30:00Z"
    }
  ],
  "summary": {
    "total_liquidations": 1,
    "total_loss": -300.00
  }
}`,
  },
  {
    title: 'Account reset',
    before: becomePoor,
    request: `POST ${ACCOUNT}/reset`,
    headers: AUTHORIZED,
    answer: `{
  "message": "Account topped up successfully",
  "previous_balance": 45.50,
  "added_amount": 10000.00,
  "new_balance": 10045.50
}`,
    exact: ['message', 'added_amount'],
  },
];

const SUBSCRIPTION: readonly SeedRequest[] = [
  {
    title: 'Subscribe',
    request: 'POST /v1/billing/subscribe',
    headers: AUTHORIZED,
    // The page prints a remark behind the plan, which is no JSON.
    body: `{
  "plan": "pro"
}`,
    answer: `{
  "checkout_url": "https://checkout.atlos.io/...",
  "session_id": "session-uuid",
  "plan": "pro",
  "amount": 30.00,
  "original_amount": 50.00,
  "discount": 20.00,
  "currency": "USD"
}`,
    exact: ['plan', 'amount', 'original_amount', 'discount', 'currency'],
  },
  {
    title: 'Subscription',
    before: pay,
    request: 'GET /v1/billing/subscription',
    headers: AUTHORIZED,
    answer: `{
  "status": "active",
  "plan": "pro",
  "current_period_start": "2024-01-01T00:00:00Z",
  "current_period_end": "2024-02-01T00:00:00Z",
  "days_remaining": 22,
  "features": {
    "balance": 100000,
    "api_keys": 10,
    "rate_limit": 500,
    "history_days": 90
  }
}`,
    exact: ['status', 'plan', 'features'],
  },
];

/** Account Endpoints. */
export const ACCOUNT_ENDPOINTS: readonly SeedRequest[] = [...ENTRANCE, ...KEYS, ...HISTORY, ...SUBSCRIPTION];
