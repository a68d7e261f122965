import { join } from 'node:path';
import { newSecret } from '../credentials/credentials.js';
import { readOrMakeSecret } from './private-file.js';

/**
 * The root of all keys a venue signs and encrypts with; each purpose derives its own. `given` is the operator's,
 * which every gateway of a venue on several machines needs; otherwise it is made once in the data directory.
 */
export async function loadSecretKey(given: string | null, dataDirectory: string): Promise<Uint8Array> {
  const text = given ?? (await readOrMakeSecret(join(dataDirectory, 'secret.key'), newSecret));
  return Buffer.from(text, 'utf8');
}
