import { RedisServer } from '../support/redis-server.js';

/** One Redis for the whole run; the tests keep apart by venue names of their own. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await RedisServer.start();
  process.env['TEST_REDIS_URL'] = server.url;
  return () => server.stop();
}
