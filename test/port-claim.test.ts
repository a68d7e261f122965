import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../src/port-claim.js';
import { Tradewire } from './support/tradewire.js';

/** A port that another program has for the time of a test. */
async function takenPort(): Promise<number> {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  return (other.address() as AddressInfo).port;
}

test('why a port cannot be had is said in words', async () => {
  const port = await takenPort();
  await expect(freePort('127.0.0.1', port)).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}: the port is taken, or still in use by connections`,
  );
  await expect(freePort('192.0.2.1', 0)).rejects.toThrow('the address is not one of this machine');
});

test('a gateway looks at its port before it looks for Redis', async () => {
  const settings = { PORT: `${await takenPort()}`, REDIS_URL: 'unix:///nowhere/redis.sock' };
  await expect(Tradewire.start(settings)).rejects.toThrow('it ended early: 1');
});
