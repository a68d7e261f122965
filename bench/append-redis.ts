import { pino } from 'pino';
import { connectRedis, whenConnected } from '../src/journal/connection-redis.js';
import { LatencyRecorder, type LatencySummary } from './latency.js';

export interface AppendOptions {
  readonly redisUrl: string;
  readonly appends: number;
}

export interface AppendResult {
  readonly redisVersion: string;
  readonly latency: LatencySummary;
}

/** As large as the journal entry of a single order. */
const ENTRY = Buffer.alloc(64, 1);
const WARM_UP_APPENDS = 200;

/** The round trip of one XADD after another. */
export async function measureAppend({ redisUrl, appends }: AppendOptions): Promise<AppendResult> {
  const redis = connectRedis(redisUrl, 'bench', pino({ level: 'warn' }));
  await whenConnected(redis);
  const latency = new LatencyRecorder();
  for (let append = 0; append < WARM_UP_APPENDS + appends; append++) {
    const sentMs = performance.now();
    await redis.xadd('bench', '*', 'b', ENTRY);
    if (append >= WARM_UP_APPENDS) latency.record(sentMs, performance.now());
  }
  const redisVersion = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown';
  await redis.del('bench');
  redis.disconnect();
  return { redisVersion, latency: latency.summary() };
}
