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
  redis.on('error', (error) => logger.debug({ error, connection: name }, 'Redis connection failed'));
  return redis;
}

/** Resolves once commands can be issued. Waits as long as it takes. */
export async function whenConnected(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve) => redis.once('ready', () => resolve()));
}
