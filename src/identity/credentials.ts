import { createHash, randomBytes } from 'node:crypto';
import type { Scope } from './scope.js';

export interface User {
  readonly userId: string;
  /** UUIDs; the first, made at sign-up, is the default. */
  readonly portfolioIds: readonly string[];
  readonly status: 'ACTIVE' | 'SUSPENDED';
  /** ISO 8601. */
  readonly createdAt: string;
}

/** An API key as it is kept: never the key itself. */
export interface ApiKey {
  readonly keyId: string;
  readonly userId: string;
  readonly scopes: readonly Scope[];
  readonly status: 'ACTIVE' | 'REVOKED';
  /** The first characters, by which its owner recognises it. */
  readonly prefix: string;
  readonly createdAt: string;
}

/** A key with its user, as a look-up finds them. */
export interface Credential {
  readonly key: ApiKey;
  readonly user: User;
}

const KEY_BYTES = 32;
const PREFIX_CHARS = 7;

/** A new API key: 256 random bits, so that its plain SHA-256 gives nothing away. */
export function newApiKey(): string {
  return `tw_${randomBytes(KEY_BYTES).toString('base64url')}`;
}

/** What a secret is stored and found by. */
export function sha256Hex(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}

export function keyPrefix(secret: string): string {
  return secret.slice(0, PREFIX_CHARS);
}
