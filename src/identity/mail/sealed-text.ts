import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { derivedKey, type SecretKeys } from '../derived-key.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts texts that lie in Redis for one purpose of a venue: AES-256-GCM, with a random nonce for each. */
export class SealedTexts {
  private readonly presentKey: Uint8Array;
  private readonly previousKey: Uint8Array | null;

  constructor({ present, previous }: SecretKeys, purpose: string, venue: string) {
    this.presentKey = derivedKey(present, purpose, venue);
    this.previousKey = previous === null ? null : derivedKey(previous, purpose, venue);
  }

  seal(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.presentKey, nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64');
  }

  /** Null when the text was sealed with keys that are gone, or is not what was sealed. */
  open(sealed: string): string | null {
    const bytes = Buffer.from(sealed, 'base64');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
    const text = openWith(this.presentKey, bytes);
    return text === null && this.previousKey !== null ? openWith(this.previousKey, bytes) : text;
  }
}

function openWith(key: Uint8Array, bytes: Buffer): string | null {
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
