import { hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * A key for one purpose only, of a venue's secret key: what is signed or encrypted for one purpose is worth nothing
 * for another, nor in another venue.
 */
export function derivedKey(secretKey: Uint8Array, purpose: string, venue: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secretKey, venue, `tradewire ${purpose}`, KEY_BYTES));
}

/** The secret key of a venue, and the one before its last rotation: still accepted, never used for anything new. */
export interface SecretKeys {
  readonly present: Uint8Array;
  readonly previous: Uint8Array | null;
}
