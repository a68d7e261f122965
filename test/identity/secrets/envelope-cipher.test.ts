import { expect, test } from 'vitest';
import { EnvelopeCipher, type Sealed } from '../../../src/identity/secrets/envelope-cipher.js';

const KEY = Buffer.from('the secret key of today, 32 bytes');
const OLD_KEY = Buffer.from('the secret key of before, 32 bytes');
const PLACE = ['user-1', 'polymarket'];
const TEXT = '{"privateKey":"0x1"}';

function cipher(present = KEY, previous: Uint8Array | null = null, venue = 'main', purpose = 'test') {
  return new EnvelopeCipher({ present, previous }, purpose, venue);
}

test('what was sealed opens in its place, and shows nothing of itself', () => {
  const sealed = cipher().seal(TEXT, PLACE);
  expect(cipher().open(sealed, PLACE)).toEqual({ text: TEXT, isOld: false });
  expect(JSON.stringify(sealed)).not.toContain('0x1');
  expect(sealed.keyId).toMatch(/^[0-9a-f]{16}$/);
});

test('no two of the same text are alike: keys and nonces are new each time', () => {
  const sealed = Array.from({ length: 100 }, () => cipher().seal(TEXT, PLACE));
  for (const part of ['dataKey', 'text'] as const) {
    const nonces = sealed.map((each) => each[part].slice(0, 16));
    expect(new Set(nonces).size).toBe(100);
  }
});

test.each([
  ['another user', ['user-2', 'polymarket']],
  ['another exchange', ['user-1', 'kalshi']],
  ['a place that only reads the same', ['user-1,polymarket']],
])('it does not open for %s', (_case, place) => {
  expect(cipher().open(cipher().seal(TEXT, PLACE), place)).toBeNull();
});

test('it does not open in another venue, for another purpose, or under another key', () => {
  const sealed = cipher().seal(TEXT, PLACE);
  const { keyId } = sealed;
  for (const other of [cipher(KEY, null, 'other'), cipher(KEY, null, 'main', 'other'), cipher(OLD_KEY)]) {
    expect(other.open(sealed, PLACE)).toBeNull();
    // As if the attacker also changed which key it claims to be under.
    const claimed = { ...sealed, keyId: other.seal('', PLACE).keyId };
    expect(claimed.keyId).not.toBe(keyId);
    expect(other.open(claimed, PLACE)).toBeNull();
  }
});

test('whatever is altered of it, it does not open', () => {
  const sealed = cipher().seal(TEXT, PLACE);
  const other = cipher().seal(TEXT, PLACE);
  for (const part of ['dataKey', 'text'] as const) {
    const bytes = Buffer.from(sealed[part], 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const altered = Buffer.from(bytes);
      altered[index]! ^= 1;
      expect(cipher().open({ ...sealed, [part]: altered.toString('base64url') }, PLACE)).toBeNull();
    }
    for (const length of [0, 1, 11, 12, 27, 28, bytes.length - 1]) {
      const cut = bytes.subarray(0, length).toString('base64url');
      expect(cipher().open({ ...sealed, [part]: cut }, PLACE)).toBeNull();
    }
    const mixed: Sealed = { ...sealed, [part]: other[part] };
    expect(cipher().open(mixed, PLACE)).toBeNull();
  }
});

test('what was sealed before the last rotation opens, and is said to be old; that of the one before does not', () => {
  const sealed = cipher(OLD_KEY).seal(TEXT, PLACE);
  const rotated = cipher(KEY, OLD_KEY);
  expect(rotated.open(sealed, PLACE)).toEqual({ text: TEXT, isOld: true });
  expect(rotated.open(rotated.seal(TEXT, PLACE), PLACE)).toEqual({ text: TEXT, isOld: false });
  const older = cipher(Buffer.from('the secret key of long ago, 32 bytes')).seal(TEXT, PLACE);
  expect(rotated.open(older, PLACE)).toBeNull();
});
