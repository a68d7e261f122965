import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/**
 * A server that is silent for this long while it owes an answer is given up and connected to anew. Without it a
 * half-open connection, or a stopped server, would go unnoticed until the kernel's own timeout, minutes later.
 */
const SILENCE_MAX_MS = 1_500;
const CONNECT_TIMEOUT_MS = 1_500;
const RECONNECT_STEP_MS = 50;
const RECONNECT_MAX_MS = 500;
/** A connection that takes longer to come up is worth a word to whoever waits for it. */
const PATIENCE_MS = 3_000;

/**
 * A connection to Redis that reconnects by itself but never repeats a command: a command whose reply was lost
 * is rejected, and so is one that is issued while there is no connection. Whoever issued it knows whether to
 * repeat it.
 *
 * @param url `redis://`, `rediss://` or `unix://<path>`.
 */
export function connectRedis(url: string, name: string, logger: Logger): Redis {
  const options = {
    connectionName: `tradewire-${name}`,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MAX_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: false,
    disableClientInfo: true,
    retryStrategy: (attempt: number) => Math.min(attempt * RECONNECT_STEP_MS, RECONNECT_MAX_MS),
  };
  const redis = url.startsWith('unix://')
    ? new Redis({ path: url.slice('unix://'.length), ...options })
    : new Redis(url, options);
  warnOfOutages(redis, name, logger);
  return redis;
}

/**
 * Warns of the first failure of each outage; the attempts that follow would only repeat it. The reason alone is
 * logged: the error itself carries the command, which may be the one that has the password.
 */
function warnOfOutages(redis: Redis, name: string, logger: Logger): void {
  let isOut = false;
  redis.on('error', ({ message }) => {
    logger[isOut ? 'debug' : 'warn']({ connection: name, reason: message }, 'Redis cannot be used');
    isOut = true;
  });
  redis.on('ready', () => {
    isOut = false;
  });
}

/**
 * Resolves once commands can be issued. Waits as long as it takes; when that is over 3 seconds, `onDelay` is told
 * why, once.
 */
export async function whenConnected(
  redis: Redis,
  onDelay: (reason: string) => void = () => undefined,
): Promise<void> {
  if (redis.status === 'ready') return;
  let reason = 'it does not answer';
  const noteReason = ({ message }: Error) => {
    reason = message;
  };
  redis.on('error', noteReason);
  const patience = setTimeout(() => onDelay(reason), PATIENCE_MS);
  await new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  clearTimeout(patience);
  redis.off('error', noteReason);
}

/** What ioredis calls its errors when a command did not reach the server, or its reply did not come back. */
const LOST = /^(MaxRetriesPerRequestError|AbortError|ClusterAllFailedError)$/;
const LOST_MESSAGE = /connection is closed|isn't writeable|timed? ?out|ECONN|EPIPE|ENOENT|ENOTFOUND/i;
/** What a server answers that is there and cannot serve. */
const UNABLE =
  /^(EXECABORT Transaction discarded because of: )?(LOADING|READONLY|MASTERDOWN|OOM|MISCONF|CLUSTERDOWN|TRYAGAIN|NOREPLICAS)\b/;

/** Whether a command failed because Redis is away, and not because it was wrong. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (LOST.test(error.name) || LOST_MESSAGE.test(error.message) || UNABLE.test(error.message)) return true;
  // A transaction that was discarded names the commands that the server refused before.
  const refused = 'previousErrors' in error ? error.previousErrors : null;
  return Array.isArray(refused) && refused.some(isOutage);
}

/** For a `catch`: null where Redis is away; any other error is thrown on. */
export function nullInOutage(error: unknown): null {
  if (isOutage(error)) return null;
  throw error;
}
