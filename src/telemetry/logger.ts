import { type Logger, pino } from 'pino';

/** Names under which a secret could reach a log line; their values are never written. */
const SECRET_NAMES = [
  'authorization',
  'apiKey',
  'password',
  'secret',
  'secretKey',
  'token',
  'refreshToken',
  'cookie',
  'redisUrl',
];

/** The process's logger: JSON lines on standard error, so that standard output stays for what a person reads. */
export function createLogger(level: string): Logger {
  const paths = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, base: null, redact: { paths, censor: '[secret]' } }, pino.destination(2));
}
