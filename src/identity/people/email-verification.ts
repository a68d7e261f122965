import type { Correspondence } from '../mail/correspondence.js';
import type { Caller } from '../security-log.js';
import type { AddressProof } from './address-proof.js';
import type { Entrance, EntranceResult } from './entrance.js';
import type { OneTimeTokens } from './one-time-tokens-redis.js';
import type { Attempt } from './password-log-in.js';
import type { Passwords } from './passwords.js';
import { normalisedEmail, type User } from './user.js';
import type { UserStore } from './users-redis.js';

/** Lets people prove their address by a token in a mail. */
export class EmailVerification {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly correspondence: Correspondence,
    private readonly tokens: OneTimeTokens,
    private readonly proof: AddressProof,
    private readonly entrance: Entrance,
  ) {}

  /** Mails a token to somebody who has just signed up. */
  ask(user: User, caller: Caller): void {
    this.correspondence.write('verify_email', caller, async () => user);
  }

  /**
   * Mails another token when somebody signs up with an address that has an owner, unless it is proven. With another
   * password than the first time it may be another person: from then on the account is contested.
   */
  askAgain({ email, password }: Attempt, caller: Caller): void {
    this.correspondence.write('verify_email', caller, async () => {
      const user = await this.users.findByEmail(normalisedEmail(email));
      if (user === null || user.isEmailVerified || user.status !== 'ACTIVE') return null;
      if (await this.passwords.verify(user.passwordHash, password)) return user;
      return this.users.update(user.userId, (present) =>
        present.isEmailVerified ? present : { ...present, isContested: true },
      );
    });
  }

  /** Uses a token up, and logs in whoever has it. Null: it is unknown, used, replaced or expired. */
  async verify(token: string, caller: Caller): Promise<EntranceResult | null> {
    const userId = await this.tokens.consume('verify_email', token);
    if (userId === null) return null;
    const user = await this.proof.confirm(userId, caller);
    return user === null ? null : this.entrance.admit(user, 'papi', caller);
  }
}
