/** What a caller shows: an API key or token, or the id of a key with its secret. */
export type Presented = { readonly secret: string } | { readonly keyId: string; readonly secretKey: string };

const BEARER = /^Bearer +(\S+)$/i;
const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

/** Finds the credential in a request's headers; null when it carries none. */
export function presentedIn(header: (name: string) => string, browserToken = ''): Presented | null {
  const authorization = header('authorization');
  const bearer = BEARER.exec(authorization)?.[1] ?? '';
  const secret = bearer || header('x-api-key') || browserToken;
  if (secret !== '') return { secret };
  const keyId = header('apca-api-key-id');
  const secretKey = header('apca-api-secret-key');
  return keyId !== '' || secretKey !== '' ? { keyId, secretKey } : basicIn(authorization);
}

function basicIn(authorization: string): Presented | null {
  const encoded = BASIC.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? null : { keyId: text.slice(0, colon), secretKey: text.slice(colon + 1) };
}
