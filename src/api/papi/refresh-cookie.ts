import { REFRESH_LIFETIME_S } from '../../identity/credentials/refresh-tokens-redis.js';

const NAME = 'refresh_token';

/**
 * The cookie that keeps a browser logged in. Scripts cannot read it, other sites cannot have it sent, and only the
 * routes below /auth get to see it.
 */
export class RefreshCookie {
  private readonly attributes: string;

  /** `isSecure` false lets browsers send it over plain http, for development. */
  constructor(isSecure: boolean) {
    this.attributes = `Path=/auth; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  }

  /** The value of `Set-Cookie` that leaves a token with the browser. */
  holding(refreshToken: string): string {
    return `${NAME}=${refreshToken}; Max-Age=${REFRESH_LIFETIME_S}; ${this.attributes}`;
  }

  /** The value of `Set-Cookie` that takes it away. */
  get cleared(): string {
    return `${NAME}=; Max-Age=0; ${this.attributes}`;
  }

  /** The token in a request's `Cookie` header; null when there is none. */
  static tokenIn(cookieHeader: string): string | null {
    for (const pair of cookieHeader.split(';')) {
      const [name, ...value] = pair.trim().split('=');
      if (name === NAME) return value.join('=');
    }
    return null;
  }
}
