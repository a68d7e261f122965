import type { CredentialStore } from '../credentials/credentials-redis.js';
import type { Principal } from '../credentials/principal.js';
import type { RefreshTokens } from '../credentials/refresh-tokens-redis.js';
import type { AccessTokens } from '../credentials/tokens.js';
import type { Caller, SecurityLog } from '../security-log.js';
import type { LoggedIn } from './entrance.js';
import type { LogIns } from './log-ins.js';

/** Keeps log-ins alive by refresh tokens, and ends them. */
export class LogInRenewal {
  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly credentials: CredentialStore,
    private readonly logIns: LogIns,
    private readonly refreshTokens: RefreshTokens,
    private readonly accessTokens: AccessTokens,
    private readonly securityLog: SecurityLog,
    private readonly now: () => number,
  ) {}

  /**
   * Takes a refresh token for the next one and a new access token. Null when it is not good. One that was used
   * before may have been stolen, so the log-in it belongs to ends, with its tokens and sockets.
   */
  async renew(refreshToken: string, caller: Caller): Promise<LoggedIn | null> {
    const rotation = await this.refreshTokens.rotate(refreshToken, 'papi');
    if ('fault' in rotation) {
      if (rotation.fault === 'REUSED') {
        const { userId, keyId } = rotation.claims;
        this.securityLog.note('refresh_token_reused', caller, { userId, keyId });
        await this.logIns.end(keyId);
      }
      return null;
    }
    const { claims } = rotation;
    const { userId, keyId } = claims;
    const credential = await this.credentials.findById(keyId);
    if (credential?.user.status !== 'ACTIVE') return null;
    const { expiresAt } = credential.key;
    if (expiresAt !== null && expiresAt <= this.now()) return null;
    const { token } = await this.accessTokens.issue(claims);
    this.securityLog.note('log_in_renewed', caller, { userId, keyId });
    return { user: credential.user, accessToken: token, refreshToken: rotation.refreshToken };
  }

  /** Ends the caller's log-in, and the one that the refresh token belongs to, should it be another of theirs. */
  async logOut({ userId, keyId }: Principal, refreshToken: string | null, caller: Caller): Promise<void> {
    const claims = refreshToken === null ? null : await this.refreshTokens.end(refreshToken);
    await this.logIns.end(keyId);
    if (claims !== null && claims.userId === userId && claims.keyId !== keyId) {
      await this.logIns.end(claims.keyId);
    }
    this.securityLog.note('logged_out', caller, { userId, keyId });
  }
}
