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
    description: 'Pages that may call this server from a browser, over HTTP and WebSocket.',
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
