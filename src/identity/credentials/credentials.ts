import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { JWK } from 'jose';
import type { User } from '../people/user.js';
import type { Scope } from './scope.js';

/** What a caller can show: an API key, a key id with its secret, an OAuth client, or a log-in's session. */
export type CredentialKind = 'API_KEY' | 'KEY_PAIR' | 'OAUTH_CLIENT' | 'SESSION';

/** Whose door a credential was made at: each lists and counts its own. */
export type Issuer = 'native' | 'paperexchange' | 'papi';

/** A credential as it is kept: never its secret. One that is revoked is not kept at all. */
export interface StoredCredential {
  /** Unique in the venue: a UUID, an APCA key id, or an OAuth client id. */
  readonly keyId: string;
  readonly userId: string;
  readonly kind: CredentialKind;
  readonly issuer: Issuer;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The first characters of an API key, by which its owner recognises it; empty for the other kinds. */
  readonly prefix: string;
  /** SHA-256 of the secret, in hex; null where a public key takes its place, and for sessions. */
  readonly secretHash: string | null;
  /** What an OAuth client signs its assertions with; null for all others. */
  readonly publicKey: JWK | null;
  /** ISO 8601. */
  readonly createdAt: string;
  /** In milliseconds on the exchange's clock; null: not by itself. */
  readonly expiresAt: number | null;
}

/** A credential with its user, as a look-up finds them. */
export interface Credential {
  readonly key: StoredCredential;
  readonly user: User;
}

const SECRET_BYTES = 32;
const CLIENT_ID_CHARS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const CLIENT_ID_LENGTH = 26;

/** A new secret: 256 random bits, so that its plain SHA-256 gives nothing away. */
export function newSecret(prefix = ''): string {
  return prefix + randomBytes(SECRET_BYTES).toString('base64url');
}

/** A public id for a key pair or a client: 26 capitals and digits, as clients of such systems expect. */
export function newClientId(prefix = ''): string {
  let id = prefix;
  while (id.length < CLIENT_ID_LENGTH) id += CLIENT_ID_CHARS[randomInt(CLIENT_ID_CHARS.length)];
  return id;
}

/** What a secret is stored and found by. */
export function sha256Hex(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}
