import type { ErrorCode } from '../../exchange/error-code.js';
import type { RefreshTokens } from '../credentials/refresh-tokens-redis.js';
import type { Caller, SecurityLog } from '../security-log.js';
import type { LogInDoor, LogIns } from './log-ins.js';
import type { User } from './user.js';
import type { UserStore } from './users-redis.js';

/** Sees that the exchange knows a user's portfolios. Safe to repeat. Null, or why it could not be done now. */
export type OpenPortfolios = (user: User) => Promise<ErrorCode | null>;

/** What somebody who has come in takes along. */
export interface LoggedIn {
  readonly user: User;
  readonly accessToken: string;
  /** Null where a log-in lasts no longer than its access token. */
  readonly refreshToken: string | null;
}

/**
 * Why somebody who has proven who they are is not let in. `SUPERSEDED`: the password has changed meanwhile.
 * `UNOPENED`: the exchange could not be told of them, and `error` is why.
 */
export type EntranceRefusal =
  | { readonly fault: 'SUSPENDED' }
  | { readonly fault: 'SUPERSEDED' }
  | { readonly fault: 'UNOPENED'; readonly error: ErrorCode };
export type EntranceResult = LoggedIn | EntranceRefusal;

/** Where everybody comes in who has proven who they are, in whichever way. */
export class Entrance {
  constructor(
    private readonly users: UserStore,
    private readonly logIns: LogIns,
    private readonly refreshTokens: RefreshTokens,
    private readonly openPortfolios: OpenPortfolios,
    private readonly securityLog: SecurityLog,
  ) {}

  /** `user` is as it was when the proof was checked. */
  async admit(user: User, door: LogInDoor, caller: Caller): Promise<EntranceResult> {
    const { userId, email } = user;
    if (user.status !== 'ACTIVE') return { fault: 'SUSPENDED' };
    const error = await this.openPortfolios(user);
    if (error !== null) return { fault: 'UNOPENED', error };
    const { accessToken, claims } = await this.logIns.begin(user, door);
    // A reset ends all log-ins after it has changed the password. One that was begun by the old password is either
    // among those, or is ended here.
    const present = await this.users.findByEmail(email);
    if (present?.passwordHash !== user.passwordHash || present.status !== 'ACTIVE') {
      await this.logIns.end(claims.keyId);
      return { fault: 'SUPERSEDED' };
    }
    const refreshToken = door === 'papi' ? await this.refreshTokens.issue(claims) : null;
    this.securityLog.note('logged_in', caller, { userId, keyId: claims.keyId, door });
    return { user: present, accessToken, refreshToken };
  }
}
