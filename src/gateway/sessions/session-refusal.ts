/** Why there is no session: an HTTP answer instead of it. */
export interface SessionRefusal {
  readonly status: 401 | 403 | 429 | 503;
  readonly message: string;
}

/** The refusals that do not depend on who asks. */
export const SESSION_REFUSALS = {
  FOREIGN_ORIGIN: { status: 403, message: 'The origin is not allowed' },
  FOREIGN_PORTFOLIO: { status: 403, message: 'The portfolio is not one of this user' },
  FULL: { status: 503, message: 'This gateway has all the connections it can take' },
  ADDRESS_FULL: { status: 429, message: 'Too many connections from this address' },
} as const satisfies Readonly<Record<string, SessionRefusal>>;
