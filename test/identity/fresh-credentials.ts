import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { CredentialStore } from '../../src/identity/credentials-redis.js';
import { connectRedis, whenConnected } from '../../src/journal/connection-redis.js';

const log = pino({ level: 'silent' });

/** A Redis connection for a test. */
export async function connectTestRedis() {
  const redis = connectRedis(process.env['TEST_REDIS_URL']!, 'test', log);
  await whenConnected(redis);
  return redis;
}

/** A credential store as one process has it; by default of a venue of its own. */
export async function openCredentials(venue = `t-${randomUUID()}`) {
  const [commands, subscriber] = await Promise.all([connectTestRedis(), connectTestRedis()]);
  const credentials = new CredentialStore(commands, subscriber, venue, log);
  await credentials.start();
  return {
    venue,
    credentials,
    commands,
    subscriber,
    close() {
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}
