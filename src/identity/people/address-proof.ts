import type { CredentialStore } from '../credentials/credentials-redis.js';
import { type ExchangeVault, VAULT_EXCHANGES } from '../secrets/exchange-vault-redis.js';
import type { Caller, SecurityLog } from '../security-log.js';
import type { LogIns } from './log-ins.js';
import type { Administrators, User } from './user.js';
import type { UserStore } from './users-redis.js';

/**
 * What becomes of an account when somebody proves that its address is theirs. Anybody can sign up with another's
 * address; what they made of the account must not stay theirs once its owner has come.
 */
export class AddressProof {
  constructor(
    private readonly users: UserStore,
    private readonly credentials: CredentialStore,
    private readonly logIns: LogIns,
    private readonly vault: ExchangeVault,
    private readonly administrators: Administrators,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * By the token that was mailed at sign-up. The password stays, unless somebody else wanted the address too: then
   * it may be either's, and goes with every credential. Of an administrator's address every credential goes in any
   * case: none that was made before the proof may come to belong to an administrator. Null: there is no such user.
   */
  async confirm(userId: string, caller: Caller): Promise<User | null> {
    let isDisputed = false;
    let isNew = false;
    const user = await this.users.update(userId, (before) => {
      isNew = !before.isEmailVerified;
      isDisputed = before.isContested === true && isNew;
      return proven(before, isDisputed ? null : before.passwordHash);
    });
    if (user === null) return null;
    if (isDisputed || (isNew && this.administrators.includes(user))) await this.endAccess(userId, caller);
    this.securityLog.note('email_verified', caller, { userId });
    return user;
  }

  /**
   * By whoever now decides about the password: its owner by a mailed token, or null by a provider that vouches for
   * the address. Ends all log-ins; and every other credential too if the address was not proven until now, since
   * nobody knows who made them. Null: there is no such user.
   */
  async takeOver(userId: string, passwordHash: string | null, caller: Caller): Promise<User | null> {
    // Before as well as after, so that little is left should the process end in between.
    const found = await this.users.findById(userId);
    if (found === null) return null;
    await this.endFormerAccess(found, caller);
    let before = found;
    const user = await this.users.update(userId, (present) => {
      before = present;
      return proven(present, passwordHash);
    });
    await this.endFormerAccess(before, caller);
    return user;
  }

  private async endFormerAccess({ userId, isEmailVerified }: User, caller: Caller): Promise<void> {
    if (isEmailVerified) await this.logIns.endAll(userId);
    else await this.endAccess(userId, caller);
  }

  private async endAccess(userId: string, caller: Caller): Promise<void> {
    for (const { keyId, kind } of await this.credentials.revokeAll(userId)) {
      this.securityLog.note('access_ended', caller, { userId, keyId, kind });
    }
    for (const exchange of VAULT_EXCHANGES) await this.vault.delete(userId, caller, exchange);
  }
}

function proven({ isContested: _, ...user }: User, passwordHash: string | null): User {
  return { ...user, passwordHash, isEmailVerified: true };
}
