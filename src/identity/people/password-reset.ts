import type { Correspondence } from '../mail/correspondence.js';
import type { Caller, SecurityLog } from '../security-log.js';
import type { AddressProof } from './address-proof.js';
import type { OneTimeTokens } from './one-time-tokens-redis.js';
import type { Passwords } from './passwords.js';
import { normalisedEmail } from './user.js';
import type { UserStore } from './users-redis.js';

/** Lets people choose a new password by a token in a mail. */
export class PasswordReset {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly correspondence: Correspondence,
    private readonly tokens: OneTimeTokens,
    private readonly proof: AddressProof,
    private readonly securityLog: SecurityLog,
  ) {}

  /** Mails a token, if there is anybody with this address; the caller cannot tell. */
  ask(typedEmail: string, caller: Caller): void {
    const email = normalisedEmail(typedEmail);
    this.securityLog.note('password_reset_asked', caller, { email });
    this.correspondence.write('reset_password', caller, async () => {
      const user = await this.users.findByEmail(email);
      // The demo user has a key and no password, and its address is no one's.
      return user?.status === 'ACTIVE' && user.role === 'user' ? user : null;
    });
  }

  /**
   * Uses a token up for a new password, which ends all log-ins. It proves the address as well. False: the token is
   * unknown, used, replaced or expired.
   */
  async reset(token: string, password: string, caller: Caller): Promise<boolean> {
    // Before the token is used up, since too many passwords may be waiting.
    const passwordHash = await this.passwords.hash(password);
    const userId = await this.tokens.consume('reset_password', token);
    if (userId === null) return false;
    const user = await this.proof.takeOver(userId, passwordHash, caller);
    if (user === null) return false;
    this.securityLog.note('password_reset', caller, { userId });
    return true;
  }
}
