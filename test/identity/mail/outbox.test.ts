import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { writeLetter } from '../../../src/identity/mail/letter.js';
import { Outbox } from '../../../src/identity/mail/outbox-redis.js';
import { EnvelopeCipher, type Sealed } from '../../../src/identity/secrets/envelope-cipher.js';
import { connectTestRedis } from '../fresh-credentials.js';

const KEY = Buffer.from('the secret key of today, 32 bytes');
const OLD_KEY = Buffer.from('the secret key of before, 32 bytes');
const LETTER = writeLetter('verify_email', 'ada@example.com', 'a token of the mail', 'http://localhost');

let commands: Redis;
let venue: string;

beforeAll(async () => {
  commands = await connectTestRedis();
});
afterAll(() => commands.disconnect());
beforeEach(() => {
  venue = `t-${randomUUID()}`;
});

function openOutbox(present = KEY, previous: Uint8Array | null = null): Outbox {
  return new Outbox(commands, { present, previous }, venue, () => 0, pino({ level: 'silent' }));
}

test('a letter opens under the key it was kept with, also once that is the one before', async () => {
  await openOutbox(OLD_KEY).send(LETTER);
  const { text: _, ...shown } = LETTER;
  const kept = [{ ...shown, sentAt: '1970-01-01T00:00:00.000Z' }];
  expect(await openOutbox(OLD_KEY).letters()).toEqual(kept);
  expect(await openOutbox(KEY, OLD_KEY).letters()).toEqual(kept);
  expect(await openOutbox(KEY).letters()).toEqual([]);
});

test('a letter is kept as all that is encrypted here is, and opens for no other purpose', async () => {
  await openOutbox().send(LETTER);
  const [entry] = await commands.lrange(`{tw:${venue}}:outbox`, 0, -1);
  const sealed = JSON.parse(entry!) as Sealed;
  expect(entry).not.toContain(LETTER.token);
  const cipher = (purpose: string) => new EnvelopeCipher({ present: KEY, previous: null }, purpose, venue);
  expect(cipher('mail').open(sealed, ['outbox'])?.text).toContain(LETTER.token);
  expect(cipher('exchange credentials').open(sealed, ['outbox'])).toBeNull();
  expect(cipher('mail').open(sealed, ['elsewhere'])).toBeNull();
});
