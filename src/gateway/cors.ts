const ANSWER_LIFETIME_S = 600;
const ACCEPTED_HEADERS =
  'Authorization, Content-Type, X-API-Key, APCA-API-KEY-ID, APCA-API-SECRET-KEY, X-Request-Id';
const EXPOSED_HEADERS =
  'X-Request-Id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset';

/** Which browser origins may call: an exact list. Requests without an Origin are no browser's, and pass. */
export class OriginPolicy {
  private readonly allowed: ReadonlySet<string>;

  constructor(origins: readonly string[]) {
    this.allowed = new Set(origins);
  }

  allows(origin: string): boolean {
    return origin === '' || this.allowed.has(origin);
  }

  /** The headers by which a browser lets a page read the answer; none for an origin not listed. */
  answerHeaders(origin: string): Record<string, string> {
    if (this.allowed.size === 0) return {};
    if (origin === '' || !this.allowed.has(origin)) return { vary: 'Origin' };
    return {
      vary: 'Origin',
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': EXPOSED_HEADERS,
    };
  }

  /** What a preflight adds to `answerHeaders`, given the methods the path has. */
  preflightHeaders(origin: string, methods: readonly string[]): Record<string, string> {
    if (origin === '' || !this.allowed.has(origin)) return {};
    return {
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': ACCEPTED_HEADERS,
      'access-control-max-age': String(ANSWER_LIFETIME_S),
    };
  }
}
