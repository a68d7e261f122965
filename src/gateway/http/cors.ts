const ANSWER_LIFETIME_S = 600;
const ACCEPTED_HEADERS =
  'Authorization, Content-Type, X-API-Key, APCA-API-KEY-ID, APCA-API-SECRET-KEY, X-Request-Id, Last-Event-ID';
const EXPOSED_HEADERS =
  'X-Request-Id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset';

/**
 * Which browser origins may call: an exact list, and the server's own pages. Requests without an Origin are no
 * browser's, and pass.
 */
export class OriginPolicy {
  private readonly listed: ReadonlySet<string>;

  /** `ownOrigins` are those of the server itself, which are known once it listens. */
  constructor(
    listed: readonly string[],
    private readonly ownOrigins: () => readonly string[] = () => [],
  ) {
    this.listed = new Set(listed);
  }

  allows(origin: string): boolean {
    return origin === '' || this.isAllowed(origin);
  }

  /** The headers by which a browser lets a page read the answer; none for an origin that is not allowed. */
  answerHeaders(origin: string): Record<string, string> {
    if (origin === '' || !this.isAllowed(origin)) return this.listed.size === 0 ? {} : { vary: 'Origin' };
    return {
      vary: 'Origin',
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': EXPOSED_HEADERS,
    };
  }

  /** What a preflight adds to `answerHeaders`, given the methods the path has. */
  preflightHeaders(origin: string, methods: readonly string[]): Record<string, string> {
    if (origin === '' || !this.isAllowed(origin)) return {};
    return {
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': ACCEPTED_HEADERS,
      'access-control-max-age': String(ANSWER_LIFETIME_S),
    };
  }

  private isAllowed(origin: string): boolean {
    return this.listed.has(origin) || this.ownOrigins().includes(origin);
  }
}
