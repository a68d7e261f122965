import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { derivedKey, type SecretKeys } from './derived-key.js';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_CHARS = 16;

/** A text that only the venue's key opens, and only where it belongs. All but the id is base64url. */
export interface Sealed {
  /** Which of the venue's keys wraps `dataKey`. */
  readonly keyId: string;
  /** The key of this text alone, encrypted. */
  readonly dataKey: string;
  readonly text: string;
}

/** What was sealed; `isOld` when it was under the key before the last rotation, and should be sealed again. */
export interface Opened {
  readonly text: string;
  readonly isOld: boolean;
}

/** A key that wraps data keys. Its id is public and tells nothing of it. */
interface WrappingKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/**
 * Encrypts texts with AES-256-GCM, each under a random key of its own, which is encrypted under a key of the venue.
 * Both are bound to the venue, to the wrapping key and to the place that the caller names: a text that was altered,
 * or moved elsewhere, does not open.
 */
export class EnvelopeCipher {
  private readonly present: WrappingKey;
  private readonly previous: WrappingKey | null;

  /** Texts that were sealed for one purpose open for no other. */
  constructor(
    { present, previous }: SecretKeys,
    private readonly purpose: string,
    private readonly venue: string,
  ) {
    this.present = this.wrappingKey(present);
    this.previous = previous === null ? null : this.wrappingKey(previous);
  }

  /** `place` is where the text will be kept, in parts such as its owner's id. */
  seal(text: string, place: readonly string[]): Sealed {
    const { id, key } = this.present;
    const binding = this.binding(place, id);
    const dataKey = randomBytes(KEY_BYTES);
    return {
      keyId: id,
      dataKey: encrypted(key, dataKey, binding),
      text: encrypted(dataKey, Buffer.from(text, 'utf8'), binding),
    };
  }

  /** Null when it was altered, belongs elsewhere, or its key is not known any more. */
  open({ keyId, dataKey, text }: Sealed, place: readonly string[]): Opened | null {
    const wrapping = [this.present, this.previous].find((known) => known?.id === keyId);
    if (wrapping == null) return null;
    const binding = this.binding(place, keyId);
    try {
      const key = decrypted(wrapping.key, dataKey, binding);
      const opened = decrypted(key, text, binding).toString('utf8');
      return { text: opened, isOld: wrapping !== this.present };
    } catch {
      return null;
    }
  }

  private wrappingKey(secretKey: Uint8Array): WrappingKey {
    const key = derivedKey(secretKey, this.purpose, this.venue);
    const name = derivedKey(secretKey, `${this.purpose}: id`, this.venue);
    return { key, id: createHash('sha256').update(name).digest('hex').slice(0, KEY_ID_CHARS) };
  }

  /** Unambiguous, whatever the parts contain. */
  private binding(place: readonly string[], keyId: string): Buffer {
    return Buffer.from(JSON.stringify([this.purpose, this.venue, keyId, ...place]), 'utf8');
  }
}

/** Nonce, ciphertext and tag in one. A random nonce is as good as unique for the first four thousand million. */
function encrypted(key: Uint8Array, plain: Uint8Array, binding: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(binding);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url');
}

/** Throws when anything about it is not as it was. */
function decrypted(key: Uint8Array, sealed: string, binding: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed, 'base64url');
  const tag = bytes.subarray(-TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(binding).setAuthTag(tag);
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}
