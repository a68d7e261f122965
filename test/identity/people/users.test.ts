import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { IdentityChanges } from '../../../src/identity/identity-changes-redis.js';
import { UserStore } from '../../../src/identity/people/users-redis.js';
import { connectRedis, whenConnected } from '../../../src/journal/connection-redis.js';
import { RedisServer } from '../../support/redis-server.js';
import { newUser } from '../fresh-credentials.js';

const log = pino({ level: 'silent' });

test('an address is looked up by as much work whether or not it has an owner', async () => {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const redis = connectRedis(server.url, 'test', log);
  onTestFinished(() => redis.disconnect());
  await whenConnected(redis);
  const users = new UserStore(redis, new IdentityChanges(redis, redis, 't', log), 't');
  const user = newUser();
  await users.create(user);
  const callsOf = async (email: string) => {
    await redis.config('RESETSTAT');
    const found = await users.findByEmail(email);
    const statistics = await redis.info('commandstats');
    const calls = [...statistics.matchAll(/^cmdstat_(eval|evalsha|hget):calls=(\d+)/gm)];
    return { found, calls: calls.map(([, name, count]) => `${name} ${count}`).sort() };
  };
  expect(await callsOf(user.email)).toEqual({ found: user, calls: ['eval 1', 'hget 2'] });
  expect(await callsOf('nobody@example.com')).toEqual({ found: null, calls: ['eval 1', 'hget 2'] });
});
