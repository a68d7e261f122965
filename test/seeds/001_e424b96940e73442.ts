import type { SeedAnswer, SeedRequest, SeedRun } from './seed-run.js';

const TOKEN_ANSWER = `{
"access_token": "{TOKEN}",
"expires_in": 899,
"token_type": "Bearer"
}`;

/** A client and a key pair, made as their owner makes them. */
async function makeCredentials(run: SeedRun): Promise<void> {
  const client = await run.arrange('POST', '/v1/credentials', { kind: 'OAUTH_CLIENT', name: 'Client' });
  run.values.set('{YOUR_CLIENT_ID}', client['clientId']!);
  run.values.set('{YOUR_CLIENT_SECRET}', client['clientSecret']!);
  const pair = await run.arrange('POST', '/v1/credentials', { kind: 'KEY_PAIR', name: 'Pair' });
  const { keyId = '', secretKey = '' } = pair;
  run.values.set('{YOUR_API_KEY_ID}', keyId);
  run.values.set('{YOUR_API_SECRET_KEY}', secretKey);
  run.values.set('{BASIC}', Buffer.from(`${keyId}:${secretKey}`).toString('base64'));
}

function keepToken({ values }: SeedRun, { body }: SeedAnswer): void {
  values.set('{TOKEN}', body['access_token']!);
}

/** Authentication, at Alpaca. */
export const ALPACA_AUTHENTICATION: readonly SeedRequest[] = [
  {
    title: 'Client credentials, with the secret in the body',
    before: makeCredentials,
    request: `curl -X POST "https://authx.alpaca.markets/v1/oauth2/token" \\
-H "Content-Type: application/x-www-form-urlencoded" \\
-d "grant_type=client_credentials" \\
-d "client_id={YOUR_CLIENT_ID}" \\
-d "client_secret={YOUR_CLIENT_SECRET}"`,
    answer: TOKEN_ANSWER,
    exact: ['expires_in', 'token_type'],
    after: keepToken,
  },
  {
    title: 'The token at the broker’s interface',
    request: `curl -X GET "https://broker-api.alpaca.markets/v1/accounts" \\
-H "Authorization: Bearer {TOKEN}"`,
  },
  {
    title: 'Legacy, with two headers',
    request: `curl -X GET "https://api.alpaca.markets/v2/account" \\
-H "APCA-API-KEY-ID: {YOUR_API_KEY_ID}" \\
-H "APCA-API-SECRET-KEY: {YOUR_API_SECRET_KEY}"`,
  },
  {
    title: 'Legacy, with HTTP Basic',
    request: 'GET /v2/account',
    headers: { Authorization: 'Basic {BASIC}' },
  },
];
