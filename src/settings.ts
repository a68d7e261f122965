import { type Static, type TOptional, type TString, Type } from 'typebox';

interface TextOptions {
  readonly description: string;
  /** Completes the sentence "it must be …". */
  readonly allowed: string;
  readonly pattern?: string;
  /** Its value is never printed. */
  readonly secret?: true;
}

function text(options: TextOptions & { default: string }): TString {
  return Type.String({ ...options });
}

function optionalText(options: TextOptions & { absent: string }): TOptional<TString> {
  return Type.Optional(Type.String({ ...options }));
}

const SECRET_KEY = {
  pattern: '^\\S{32,}$',
  allowed: '32 or more characters without blanks',
  secret: true,
} as const;

/** An address of a log-in provider: https, or http on this machine. */
function providerUrl(initial: string, description: string): TString {
  return text({
    default: initial,
    pattern: '^(https://\\S+|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:\\d+)?(/\\S*)?)$',
    allowed: 'an https:// address, or http:// on this machine',
    description,
  });
}

/**
 * The settings of a process, one row per environment variable. This table is all there is: the parser
 * (config.ts) and the README's table are made from it.
 */
export const SETTINGS = Type.Object({
  HOST: text({
    default: '127.0.0.1',
    pattern: '^[0-9A-Za-z.:_-]+$',
    allowed: 'an address or a host name',
    description: 'Where to listen.',
  }),
  PORT: Type.Integer({
    default: 8080,
    minimum: 0,
    maximum: 65_535,
    description: 'Where to listen; 0 picks a free port and prints it.',
  }),
  PUBLIC_URL: optionalText({
    pattern: '^https?://[^\\s/]+(/\\S*)?$',
    allowed: 'an http:// or https:// address',
    absent: '`http://HOST:PORT`',
    description: 'The address clients use: the issuer of tokens, and the beginning of links in mails.',
  }),
  REDIS_URL: optionalText({
    pattern: '^(rediss?://\\S+|unix:///\\S+)$',
    allowed: 'redis://…, rediss://… or unix:///path',
    absent: 'a private server under `./data`',
    description: 'The Redis (7.0 or newer, or Valkey) that holds the journal and everything else.',
    secret: true,
  }),
  REDIS_FSYNC: Type.Enum(['always', 'everysec'], {
    default: 'always',
    description: 'When the private server flushes to disk; `everysec` may lose the last second.',
  }),
  VENUE: text({
    default: 'main',
    pattern: '^[A-Za-z0-9_-]{1,64}$',
    allowed: '1 to 64 letters, digits, "-" or "_"',
    description: 'The name of the venue; its keys in Redis and its credentials belong to it alone.',
  }),
  GATEWAYS: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 64,
    description: 'Gateway processes sharing the port.',
  }),
  MARKET: Type.Enum(['synthetic', 'sandbox'], {
    default: 'synthetic',
    description: 'Where quotes and flow come from: a seeded random walk, or only what a test says.',
  }),
  FUNDING: Type.Enum(['computed', 'source'], {
    default: 'computed',
    description:
      'Where funding rates come from: the premium of the venue’s own books, or the market’s source.',
  }),
  MARKET_HOURS: Type.Enum(['always', 'enforced'], {
    default: 'always',
    description: '`enforced`: equities trade in the sessions of the New York Stock Exchange only.',
  }),
  SEED: Type.Integer({
    default: 1,
    minimum: 0,
    maximum: 4_294_967_295,
    description: 'The seed of the synthetic market.',
  }),
  DEMO_KEY: optionalText({
    pattern: '^[\\x21-\\x7e]{16,256}$',
    allowed: '16 to 256 printable characters without blanks',
    absent: 'generated, printed as `api key: …`; none with `NODE_ENV=production`',
    description:
      'The API key of the demo user, made when the venue is empty. The key of an earlier start ends.',
    secret: true,
  }),
  DEMO_PLAN: Type.Enum(['basic', 'pro', 'unlimited'], {
    default: 'unlimited',
    description: 'The plan of the demo user, who begins with $10,000, $100,000 or $1,000,000.',
  }),
  BOOK_INTERVAL_MS: Type.Integer({
    default: 10,
    minimum: 0,
    maximum: 60_000,
    description: 'The shortest time between two deltas of one book; 0 sends one every turn.',
  }),
  COMPRESSION: Type.Boolean({
    default: true,
    description: '0 compresses for nobody; else public frames are, for clients that ask for it.',
  }),
  SANDBOX: Type.Boolean({
    default: false,
    description: '1 opens `/v1/sandbox/*` to the scope admin.',
  }),
  SECRET_KEY: optionalText({
    ...SECRET_KEY,
    absent: 'made once in `./data/secret.key`',
    description: 'The root of all signing and encryption keys; the same for all processes of a venue.',
  }),
  SECRET_KEY_PREVIOUS: optionalText({
    ...SECRET_KEY,
    absent: 'none',
    description: 'The key before the last rotation: still accepted, never used for anything new.',
  }),
  CORS_ORIGINS: Type.Array(Type.String({ pattern: '^https?://[^\\s/,*]+$' }), {
    default: [],
    allowed: 'exact origins such as https://app.example.com, separated by commas',
    description: 'Pages beside its own that may call this server from a browser, over HTTP and WebSocket.',
  }),
  ADMIN_EMAILS: Type.Array(Type.String({ pattern: '^[^\\s@,]+@[^\\s@,]+$' }), {
    default: [],
    allowed: 'e-mail addresses, separated by commas',
    description: 'Users who may hold the scope admin, once their address is verified.',
  }),
  SIGNUP_MODE: Type.Enum(['open', 'whitelist'], {
    default: 'open',
    description: 'Who may sign up at `/auth/signup`: anybody with a verified address, or a list.',
  }),
  SIGNUP_WHITELIST: Type.Array(Type.String({ pattern: '^[^\\s@,]+@[^\\s@,]+$' }), {
    default: [],
    allowed: 'e-mail addresses, separated by commas',
    description: 'The addresses that may sign up with `SIGNUP_MODE=whitelist`, without verification.',
  }),
  GOOGLE_CLIENT_ID: optionalText({
    allowed: 'a client id',
    absent: 'off',
    description: 'The OAuth client for logging in with Google.',
  }),
  GOOGLE_CLIENT_SECRET: optionalText({
    allowed: 'a client secret',
    absent: 'none',
    description: 'Its secret.',
    secret: true,
  }),
  GOOGLE_TOKEN_URL: providerUrl('https://oauth2.googleapis.com/token', 'Where codes are exchanged.'),
  GOOGLE_JWKS_URL: providerUrl(
    'https://www.googleapis.com/oauth2/v3/certs',
    'The keys that ID tokens are signed with.',
  ),
  GOOGLE_ISSUER: providerUrl('https://accounts.google.com', 'The issuer of ID tokens.'),
  GITHUB_CLIENT_ID: optionalText({
    allowed: 'a client id',
    absent: 'off',
    description: 'The OAuth client for logging in with GitHub.',
  }),
  GITHUB_CLIENT_SECRET: optionalText({
    allowed: 'a client secret',
    absent: 'none',
    description: 'Its secret.',
    secret: true,
  }),
  GITHUB_TOKEN_URL: providerUrl('https://github.com/login/oauth/access_token', 'Where codes are exchanged.'),
  GITHUB_USER_URL: providerUrl('https://api.github.com/user', 'Who a token belongs to.'),
  GITHUB_EMAILS_URL: providerUrl('https://api.github.com/user/emails', 'Their addresses.'),
  OAUTH_REDIRECT_URIS: Type.Array(Type.String({ pattern: '^https?://[^\\s,]+$' }), {
    default: [],
    allowed: 'exact addresses, separated by commas',
    description: 'Where providers may send people back to; empty: any https address, or loopback.',
  }),
  COOKIE_SECURE: Type.Boolean({
    default: true,
    description: '0 lets browsers send the refresh cookie over plain http.',
  }),
  SMTP_URL: optionalText({
    pattern: '^smtps?://\\S+$',
    allowed: 'smtp://… or smtps://…',
    absent: 'mails are kept in the sandbox’s outbox',
    description: 'The server that sends e-mails.',
    secret: true,
  }),
  MAIL_FROM: text({
    default: 'Tradewire <no-reply@localhost>',
    allowed: 'a sender’s address',
    description: 'The sender of e-mails.',
  }),
  CHECKOUT_URL: optionalText({
    pattern: '^https?://\\S+$',
    allowed: 'an http:// or https:// address',
    absent: 'a page of this server',
    description:
      'Where subscriptions are paid; the checkout session’s id is appended, after a "/" unless it ends in "/", "=" or "?".',
  }),
  BILLING_WEBHOOK_SECRET: optionalText({
    ...SECRET_KEY,
    absent: 'made once in `./data/webhook.key`',
    description: 'What the payment provider signs its notices with.',
  }),
  TRUST_PROXY: Type.Boolean({
    default: false,
    description: '1 takes the client’s address from `X-Forwarded-For`; only behind a proxy that sets it.',
  }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'The least severe messages that are logged.',
  }),
  NODE_ENV: text({
    default: 'development',
    pattern: '^[a-z]+$',
    allowed: 'a word such as production or development',
    description: '`production` makes no demo user of its own accord.',
  }),
});

/** The settings under the names of their variables, as the schema types them. */
export type Settings = Static<typeof SETTINGS>;
