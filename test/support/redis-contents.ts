import type { Redis } from 'ioredis';

/** Every key that names a venue, with its name and all that it holds, as text. */
export async function everythingKept(redis: Redis, venue: string): Promise<readonly string[]> {
  const kept: string[] = [];
  for await (const keys of redis.scanStream({ match: `*${venue}*` })) {
    for (const key of keys as string[]) kept.push(`${key} ${textOf(await contentOf(redis, key))}`);
  }
  return kept;
}

/** What a key holds, whatever its type. */
async function contentOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'none':
      // It has run out since it was found.
      return [];
    case 'string':
      return redis.getBuffer(key);
    case 'hash':
      return Object.entries(await redis.hgetallBuffer(key));
    case 'list':
      return redis.lrangeBuffer(key, 0, -1);
    case 'set':
      return redis.smembersBuffer(key);
    case 'zset':
      return redis.zrangeBuffer(key, '0', '-1');
    case 'stream':
      return redis.xrangeBuffer(key, '-', '+');
    default:
      throw new Error(`${key} is of the type ${type}, which nothing here can read`);
  }
}

/** The bytes of an answer, however nested, as text. */
function textOf(answer: unknown): string {
  if (Array.isArray(answer)) return answer.map(textOf).join(' ');
  return Buffer.isBuffer(answer) ? answer.toString('latin1') : String(answer);
}
