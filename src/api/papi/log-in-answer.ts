import { Type } from 'typebox';
import type { OriginPolicy } from '../../gateway/http/cors.js';
import type { HttpReply, HttpRequest } from '../../gateway/http/http.js';
import { AUTHENTICATION_REFUSALS } from '../../identity/credentials/authenticator.js';
import type { EntranceRefusal, EntranceResult, LoggedIn } from '../../identity/people/entrance.js';
import type { Administrators, User } from '../../identity/people/user.js';
import type { Family } from '../family/family.js';
import { orNull } from '../request/answer-schema.js';
import type { RefreshCookie } from './refresh-cookie.js';
import { papiUserId } from './user-id.js';

/** What every log-in of this family answers with, beside the cookie. */
export const LOG_IN = Type.Object({
  access_token: Type.String(),
  user: Type.Object({
    id: Type.String({ pattern: '^usr_[0-9a-f]{32}$' }),
    email: Type.String(),
    name: orNull(Type.String()),
    avatar_url: orNull(Type.String()),
    role: Type.Union([Type.Literal('user'), Type.Literal('admin')]),
  }),
});

const { SUSPENDED } = AUTHENTICATION_REFUSALS;
const SUPERSEDED = 'The password was changed meanwhile; log in again';
const FOREIGN_PAGE = 'Pages of this origin may not log in here';

/** Answers those who have come in by a door of this family, whichever it was. */
export class LogInAnswer {
  constructor(
    private readonly family: Family,
    private readonly cookie: RefreshCookie,
    private readonly origins: OriginPolicy,
    private readonly administrators: Administrators,
  ) {}

  of(entered: EntranceResult): HttpReply {
    return 'fault' in entered ? this.refuse(entered) : this.welcome(entered);
  }

  /** The access token in the body and the refresh token in the cookie. */
  welcome({ user, accessToken, refreshToken }: LoggedIn): HttpReply {
    const body = JSON.stringify({ access_token: accessToken, user: this.view(user) });
    const headers = refreshToken === null ? {} : { 'set-cookie': this.cookie.holding(refreshToken) };
    return { status: 200, body, headers };
  }

  /** For who is known, and not let in all the same. */
  refuse(refusal: EntranceRefusal): HttpReply {
    if (refusal.fault === 'UNOPENED') return this.family.failure(refusal.error);
    return refusal.fault === 'SUSPENDED'
      ? this.family.refusal(SUSPENDED.status, SUSPENDED.message)
      : this.family.refusal(401, SUPERSEDED);
  }

  /**
   * Null, or the answer to a request that a page of another origin has sent: it must not log a browser in as
   * somebody, nor make use of the cookie that the browser holds.
   */
  turnAway({ header }: HttpRequest): HttpReply | null {
    return this.origins.allows(header('origin')) ? null : this.family.refusal(403, FOREIGN_PAGE);
  }

  private view(user: User) {
    const { userId, email, name, avatarUrl } = user;
    const role = this.administrators.includes(user) ? 'admin' : 'user';
    return { id: papiUserId(userId), email, name, avatar_url: avatarUrl, role };
  }
}
