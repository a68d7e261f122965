import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  algorithmsOf,
  PUBLIC_KEY_FAULTS,
  readPublicKey,
} from '../../../src/identity/credentials/public-keys.js';

const RSA = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ED25519 = generateKeyPairSync('ed25519');

function pem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' }) as string;
}

function jwk(key: KeyObject) {
  return key.export({ format: 'jwk' }) as Record<string, string>;
}

test.each([
  ['RSA', RSA.publicKey, ['RS256', 'PS256']],
  ['P-256', EC.publicKey, ['ES256']],
  ['Ed25519', ED25519.publicKey, ['EdDSA']],
] as const)(
  'a key of %s is read from PEM and JWK alike, and signs with its algorithms only',
  (_, key, names) => {
    const publicKey = jwk(key);
    expect(readPublicKey(pem(key))).toEqual({ publicKey });
    expect(readPublicKey({ ...publicKey, kid: 'k1', alg: 'none', x5u: 'https://evil.example' })).toEqual({
      publicKey,
    });
    expect(algorithmsOf(publicKey)).toEqual(names);
  },
);

test.each([
  ['PEM of PKCS #8', RSA.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string],
  ['PEM of PKCS #1', RSA.privateKey.export({ format: 'pem', type: 'pkcs1' }) as string],
  ['PEM of SEC 1', EC.privateKey.export({ format: 'pem', type: 'sec1' }) as string],
  [
    'both halves in one text',
    `${pem(EC.publicKey)}${EC.privateKey.export({ format: 'pem', type: 'pkcs8' })}`,
  ],
  ['JWK of RSA', jwk(RSA.privateKey)],
  ['JWK of P-256', jwk(EC.privateKey)],
  ['JWK of Ed25519', jwk(ED25519.privateKey)],
  ['a shared secret', { kty: 'oct', k: 'c2VjcmV0' }],
])('a private key is refused: %s', (_, given) => {
  expect(readPublicKey(given)).toEqual({ fault: PUBLIC_KEY_FAULTS.PRIVATE });
});

const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey;
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2_048 }).publicKey;
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
const k256 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;
const ed448 = generateKeyPairSync('ed448').publicKey;
const x25519 = generateKeyPairSync('x25519').publicKey;

test.each([
  ['RSA of 1024 bits', pem(weak)],
  ['RSA with the exponent 1', { ...jwk(RSA.publicKey), e: 'AQ' }],
  ['RSA with an even exponent', { ...jwk(RSA.publicKey), e: 'BA' }],
  ['RSA without a modulus', { kty: 'RSA', e: 'AQAB' }],
  ['RSA of 16384 bits', { kty: 'RSA', n: Buffer.alloc(2_048, 0xff).toString('base64url'), e: 'AQAB' }],
  ['RSA-PSS', pem(pss)],
  ['P-384', pem(p384)],
  ['secp256k1', pem(k256)],
  ['Ed448', pem(ed448)],
  ['X25519', pem(x25519)],
  ['a point that is not on the curve', { ...jwk(EC.publicKey), y: jwk(EC.publicKey)['x']! }],
  ['PKCS #1', RSA.publicKey.export({ format: 'pem', type: 'pkcs1' }) as string],
  ['no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
  ['no PEM', 'ssh-rsa AAAA'],
  ['an empty text', ''],
  ['an empty object', {}],
  ['an unknown type', { kty: 'XYZ' }],
])('an unsuited key is refused: %s', (_, given) => {
  expect(readPublicKey(given as string)).toEqual({ fault: PUBLIC_KEY_FAULTS.UNSUITED });
});
