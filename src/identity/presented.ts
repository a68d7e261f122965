/** The secret a caller shows: an API key, or a token that may also be a key. */
export interface Presented {
  readonly secret: string;
}

const BEARER = /^Bearer +(\S+)$/i;

/** Finds the credential in a request's headers; null when it carries none. */
export function presentedIn(header: (name: string) => string, browserToken = ''): Presented | null {
  const bearer = BEARER.exec(header('authorization'))?.[1] ?? '';
  const secret = bearer || header('x-api-key') || browserToken;
  return secret === '' ? null : { secret };
}
