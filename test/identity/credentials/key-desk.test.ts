import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { sha256Hex } from '../../../src/identity/credentials/credentials.js';
import { KeyDesk } from '../../../src/identity/credentials/key-desk.js';
import type { Principal } from '../../../src/identity/credentials/principal.js';
import { SecurityLog } from '../../../src/identity/security-log.js';
import { newApiKeyRecord, newUser, openCredentials } from '../fresh-credentials.js';
import { CALLER } from '../security-events.js';

test('whatever is made or revoked is a line of the log, without its secret', async () => {
  const store = await openCredentials();
  onTestFinished(() => store.close());
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  const keys = { present: Buffer.from('a secret key of thirty-two bytes'), previous: null };
  const desk = new KeyDesk(store.credentials, new SecurityLog(log, keys, store.venue), Date.now);
  const { userId, portfolioIds } = newUser();
  const scopes = ['read', 'trade'] as const;
  await store.credentials.add(newApiKeyRecord(userId, sha256Hex('s'), { keyId: 's' }));
  const owner: Principal = {
    userId,
    portfolioIds,
    scopes,
    keyId: 's',
    kind: 'SESSION',
    tokenFamily: 'papi',
    meterId: userId,
    expiresAt: null,
  };
  const terms = { name: 'bot', countMax: 1 };
  const made = await desk.make(owner, CALLER, { kind: 'KEY_PAIR', issuer: 'native' }, terms);
  if ('fault' in made) throw new Error(made.fault);
  const { keyId } = made.key;
  expect(await desk.make(owner, CALLER, { kind: 'KEY_PAIR', issuer: 'native' }, terms)).toEqual({
    fault: 'TOO_MANY',
  });
  expect(await desk.revoke(userId, CALLER, 'native', ['KEY_PAIR'], (key) => key.keyId === keyId)).toBe(true);
  expect(await desk.revoke(userId, CALLER, 'native', ['KEY_PAIR'], () => true)).toBe(false);
  const about = { userId, keyId, kind: 'KEY_PAIR', door: 'native', ...CALLER };
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'credential_made', ...about },
    { event: 'credential_revoked', ...about },
  ]);
  expect(lines.join()).not.toContain(made.secret);
});
