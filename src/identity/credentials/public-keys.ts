import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';

/**
 * What a key of each type may sign with. An assertion's header only chooses among these, so that it cannot have a
 * public key taken for a shared secret.
 */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['RS256', 'PS256'],
  EC: ['ES256'],
  OKP: ['EdDSA'],
};
/** All algorithms that any key may sign with. */
export const SIGNING_ALGORITHMS: readonly string[] = Object.values(ALGORITHMS).flat();

/** Longer keys cost more to check than they add. */
const RSA_BITS_MIN = 2_048;
const RSA_BITS_MAX = 8_192;
/** Below it, a signature proves nothing. */
const RSA_EXPONENT_MIN = 3n;
const CURVE = 'prime256v1';

const PUBLIC_PEM = /^\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$/;
/** Members that only private and symmetric keys have. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Why a key is not taken. The key itself is not repeated, since it may be a private one by mistake. */
export const PUBLIC_KEY_FAULTS = {
  PRIVATE: 'publicKey must not be a private or symmetric key',
  UNSUITED:
    'publicKey must be an RSA key of 2048 to 8192 bits, a P-256 key or an Ed25519 key, as PEM (SPKI) or JWK',
} as const;

export type PublicKeyResult =
  | { readonly publicKey: JWK }
  | { readonly fault: (typeof PUBLIC_KEY_FAULTS)[keyof typeof PUBLIC_KEY_FAULTS] };

/** Reads the public key that a client registers: a PEM text, or a JWK of which only the key itself is kept. */
export function readPublicKey(given: string | JWK): PublicKeyResult {
  if (isSecret(given)) return { fault: PUBLIC_KEY_FAULTS.PRIVATE };
  const key = keyObjectOf(given);
  return key === null || !isSuited(key)
    ? { fault: PUBLIC_KEY_FAULTS.UNSUITED }
    : { publicKey: key.export({ format: 'jwk' }) as JWK };
}

/** What assertions under a registered key may be signed with. */
export function algorithmsOf({ kty = '' }: JWK): readonly string[] {
  return ALGORITHMS[kty] ?? [];
}

function isSecret(given: string | JWK): boolean {
  if (typeof given === 'string') return given.includes('PRIVATE KEY');
  return SECRET_MEMBERS.some((member) => Object.hasOwn(given, member)) || given.kty === 'oct';
}

/** Null when it is no public key. Only the form is judged first, since Node would derive one from a private key. */
function keyObjectOf(given: string | JWK): KeyObject | null {
  try {
    if (typeof given !== 'string') return createPublicKey({ key: given, format: 'jwk' });
    return PUBLIC_PEM.test(given) ? createPublicKey(given) : null;
  } catch {
    return null;
  }
}

function isSuited({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n, namedCurve } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'rsa') {
    const isSized = modulusLength >= RSA_BITS_MIN && modulusLength <= RSA_BITS_MAX;
    return isSized && publicExponent >= RSA_EXPONENT_MIN && publicExponent % 2n === 1n;
  }
  return asymmetricKeyType === 'ec' ? namedCurve === CURVE : asymmetricKeyType === 'ed25519';
}
