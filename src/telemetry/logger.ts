import { type DestinationStream, type Logger, pino } from 'pino';
import { loggedError } from './logged-error.js';

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
export function createLogger(level: string, destination: DestinationStream = pino.destination(2)): Logger {
  const paths = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const redact = { paths, censor: '[secret]' };
  return pino({ level, base: null, redact, serializers: { err: loggedError } }, destination);
}
