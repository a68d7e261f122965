import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { startPrivateRedis } from '../src/private-redis.js';

/** Runs something with a Redis of its own, set up as the journal's is, on the disk of the checkout. */
export async function withRedis(run: (redisUrl: string) => Promise<void>): Promise<void> {
  await mkdir('data', { recursive: true });
  const dataDirectory = await mkdtemp(join('data', 'bench-'));
  const logger = pino({ level: 'warn' });
  const started = await startPrivateRedis({ dataDirectory, fsync: 'always', logger });
  try {
    if (!started.ok) throw new Error(started.problem);
    await run(started.redis.url);
  } finally {
    if (started.ok) await started.redis.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}
