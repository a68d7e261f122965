import { strict as assert } from 'node:assert';
import { mailedToken } from '../api/people.js';
import type { SeedAnswer, SeedRequest, SeedRun } from './seed-run.js';

/** The page's person, beside the one of another page. */
const EMAIL = 'jane@example.com';

const ENTERED = `{
"access_token": "eyJhbGciOiJIUzI1NiIs...",
"user": {
"id": "usr_abc123",
"email": "user@example.com",
"name": "Jane Doe",
"avatar_url": null,
"role": "user"
}
}`;

const THE_USER = ['user.email', 'user.name', 'user.avatar_url', 'user.role'];

const SIGN_UP = `curl -X POST https://papi.tylerthebuildor.com/auth/signup \\
-H "Content-Type: application/json" \\
-d '{
"email": "user@example.com",
"password": "securepassword123",
"name": "Jane Doe"
}'`;

function cookieOf({ headers }: SeedAnswer): string {
  return headers.getSetCookie().find((cookie) => cookie.startsWith('refresh_token=')) ?? '';
}

/** The cookie is set as the page says; its value and the token are for later. */
function keepLogIn({ values }: SeedRun, answer: SeedAnswer): void {
  const cookie = cookieOf(answer);
  for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict'])
    assert.ok(cookie.includes(attribute), cookie);
  values.set('refresh_token=...', cookie.split(';')[0]!);
  values.set('eyJhbGciOiJIUzI1NiIs...', answer.body['access_token']!);
}

/** The requests of a server that lets in who is on its list. */
export const PAPI_WHITELIST: readonly SeedRequest[] = [
  {
    title: 'Sign Up, whitelist mode',
    request: SIGN_UP,
    answer: ENTERED,
    exact: THE_USER,
    after: keepLogIn,
  },
];

const PEOPLE: readonly SeedRequest[] = [
  {
    title: 'Sign Up, open mode',
    before: async ({ values }) => void values.set('user@example.com', EMAIL),
    request: SIGN_UP,
    answer: `{
"message": "Verification email sent",
"user_id": "usr_abc123"
}`,
    exact: ['message'],
  },
  {
    title: 'Verify Email',
    before: async ({ tradewire, values }) => {
      values.set('verification-token-from-email', await mailedToken(tradewire, EMAIL, 'verify_email'));
    },
    request: `curl -X POST https://papi.tylerthebuildor.com/auth/verify-email \\
-H "Content-Type: application/json" \\
-d '{ "token": "verification-token-from-email" }'`,
    answer: ENTERED,
    exact: THE_USER,
  },
  {
    title: 'Forgot Password',
    request: `curl -X POST https://papi.tylerthebuildor.com/auth/forgot-password \\
-H "Content-Type: application/json" \\
-d '{ "email": "user@example.com" }'`,
    answer: `{
"message": "If that email exists, a reset link has been sent"
}`,
    exact: ['message'],
  },
  {
    title: 'Log In',
    request: `curl -X POST https://papi.tylerthebuildor.com/auth/login \\
-H "Content-Type: application/json" \\
-d '{
"email": "user@example.com",
"password": "securepassword123"
}'`,
    answer: ENTERED,
    exact: THE_USER,
    after: keepLogIn,
  },
  {
    title: 'Refresh Token',
    request: `curl -X POST https://papi.tylerthebuildor.com/auth/refresh \\
-b "refresh_token=..."`,
    answer: ENTERED,
    exact: THE_USER,
    after: keepLogIn,
  },
];

const PROGRAMS: readonly SeedRequest[] = [
  {
    title: 'Verify Your Key',
    before: async (run) => {
      const token = run.values.get('eyJhbGciOiJIUzI1NiIs...');
      const wanted = { name: 'Bot', scopes: ['read', 'trade'] };
      const { key } = await run.arrange('POST', '/account/api-keys', wanted, token);
      run.values.set('papi_sk_live_a1b2c3d4e5f6...', key!);
    },
    request: `curl https://papi.tylerthebuildor.com/me \\
-H "Authorization: Bearer papi_sk_live_a1b2c3d4e5f6..."`,
    answer: `{
"user_id": "usr_abc123",
"key_prefix": "papi_sk_live_a1b2",
"scopes": ["read", "trade"]
}`,
    exact: ['scopes'],
  },
  {
    title: 'Using an API Key',
    request: `curl https://papi.tylerthebuildor.com/polymarket/markets \\
-H "Authorization: Bearer papi_sk_live_a1b2c3d4e5f6..."`,
  },
];

const LEAVING: readonly SeedRequest[] = [
  {
    title: 'Log Out',
    request: `curl -X POST https://papi.tylerthebuildor.com/auth/logout \\
-H "Authorization: Bearer eyJhbGciOiJIUzI1NiIs..." \\
-b "refresh_token=..."`,
    answer: `{
"message": "Logged out successfully"
}`,
    exact: ['message'],
    after: (_run, answer) =>
      assert.match(cookieOf(answer), /^refresh_token=;.*(Max-Age=0|Expires=Thu, 01 Jan 1970)/),
  },
  {
    title: 'Reset Password',
    before: async ({ tradewire, values }) => {
      values.set('reset-token-from-email', await mailedToken(tradewire, EMAIL, 'reset_password'));
    },
    request: `curl -X POST https://papi.tylerthebuildor.com/auth/reset-password \\
-H "Content-Type: application/json" \\
-d '{
"token": "reset-token-from-email",
"new_password": "newsecurepassword456"
}'`,
    answer: `{
"message": "Password reset successfully"
}`,
    exact: ['message'],
  },
  ...['google', 'github'].map(callback),
];

/** The code, the verifier and the address are those of a person who agreed at the provider. */
function callback(provider: string): SeedRequest {
  return {
    title: `${provider} callback`,
    before: async ({ values }) => void values.set('pkce-code-verifier', values.get(`${provider} verifier`)!),
    request: `curl -X POST https://papi.tylerthebuildor.com/auth/${provider}/callback \\
-H "Content-Type: application/json" \\
-d '{
"code": "${provider}-auth-code",
"code_verifier": "pkce-code-verifier",
"redirect_uri": "https://dashboard.tylerthebuildor.com/auth/callback"
}'`,
    answer: ENTERED.replace('"avatar_url": null', '"avatar_url": "https://..."'),
    exact: ['user.role'],
    after: keepLogIn,
  };
}

/** Authentication, at PAPI, of a server in open mode. */
export const PAPI_AUTHENTICATION: readonly SeedRequest[] = [...PEOPLE, ...PROGRAMS, ...LEAVING];
