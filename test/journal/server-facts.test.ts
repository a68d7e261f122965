import { expect, onTestFinished, test } from 'vitest';
import { RedisJournal } from '../../src/journal/journal-redis.js';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { LossyProxy } from '../support/lossy-proxy.js';
import { RedisServer } from '../support/redis-server.js';
import { newVenueName, SILENT, testRedisUrl } from './stores.js';

async function open(url: string): Promise<RedisJournal> {
  const journal = new RedisJournal(url, newVenueName(), SILENT);
  onTestFinished(() => journal.close());
  await journal.whenConnected();
  return journal;
}

test('a server that is lost while it is asked has not said that it may lose something', async () => {
  const proxy = await LossyProxy.start(testRedisUrl().slice('unix://'.length));
  onTestFinished(() => proxy.stop());
  const journal = await open(proxy.url);
  proxy.loseReplyTo('config');
  await expect(journal.serverFacts()).rejects.toMatchObject({ name: 'JournalError' });
  await journal.whenConnected();
  expect(await journal.serverFacts()).toMatchObject({ historyIsCertain: true });
});

test('of a server that does not let its configuration be read nothing is certain', async () => {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const control = await connectTestRedis(server.url);
  onTestFinished(() => control.disconnect());
  await control.acl('SETUSER', 'default', '-config');
  const journal = await open(server.url);
  expect(await journal.serverFacts()).toEqual({
    runId: expect.stringMatching(/^\w+$/),
    historyIsCertain: false,
  });
});
