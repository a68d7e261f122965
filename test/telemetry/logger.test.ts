import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { createLogger } from '../../src/telemetry/logger.js';
import { RedisServer } from '../support/redis-server.js';

const SECRET = 'what-was-to-be-written';

function logged(thrown: unknown): string {
  const lines: string[] = [];
  const log = createLogger('warn', { write: (line) => lines.push(line) });
  log.warn({ err: thrown }, 'it failed');
  log.warn(thrown);
  expect(lines).toHaveLength(2);
  return lines.join('');
}

test('an error of Redis is logged without the command that failed', async () => {
  const server = await RedisServer.start();
  const redis = new Redis(server.socketPath);
  try {
    await redis.config('SET', 'maxmemory', '1');
    const failed = await redis.set('user', SECRET).catch((error: unknown) => error);
    const aborted = await redis
      .multi()
      .set('user', SECRET)
      .exec()
      .catch((error: unknown) => error);
    expect(JSON.stringify([failed, aborted])).toContain(SECRET);
    const caused = new Error('a caller failed', { cause: failed });
    for (const error of [failed, aborted, caused]) {
      const text = logged(error);
      expect(text).not.toContain(SECRET);
      expect(text).toContain('ReplyError');
      expect(text).toContain('"stack":');
    }
    expect(logged(caused)).toContain('OOM command not allowed');
  } finally {
    redis.disconnect();
    await server.stop();
  }
});

test('the code of an error is logged, a circle of causes ends, and what is no error is said', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', password: SECRET });
  refused.cause = refused;
  const text = logged(refused);
  expect(text).toContain('"code":"ECONNREFUSED"');
  expect(text).not.toContain(SECRET);
  expect(logged({ password: SECRET })).not.toContain(SECRET);
});
