import { newUser, type User } from '../people/user.js';
import type { UserStore } from '../people/users-redis.js';
import type { Caller, SecurityLog } from '../security-log.js';
import type { ProviderProfile } from './identity-provider.js';

/** How often it is looked again whose an identity is when another gateway was first. */
const ATTEMPTS_MAX = 3;

/**
 * Why a profile belongs to no account here: the provider vouches for no address; the address may not sign up; or
 * its account belongs to another person at the same provider.
 */
export type AccountFault = 'ADDRESS_NOT_VERIFIED' | 'NOT_ADMITTED' | 'OTHER_IDENTITY';
export type AccountResult = { readonly user: User } | { readonly fault: AccountFault };

/** What the doors decide. */
export interface DoorRules {
  /** Whether a normalised address may sign up. */
  admits(email: string): boolean;
  /**
   * Gives an account whose address nobody had proven to its owner: ends all access to it there was, the password
   * included.
   */
  takeOver(userId: string, caller: Caller): Promise<User | null>;
}

/**
 * Decides whose account a provider's profile opens. The provider's own id decides wherever it is known. Otherwise
 * an address does that the provider vouches for: it makes an account, or joins the one with the same address. If
 * nobody had proven that account's address, somebody else may have made it and wait for the owner: then all access
 * to it ends first.
 */
export class ProviderAccounts {
  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly users: UserStore,
    private readonly doors: DoorRules,
    private readonly securityLog: SecurityLog,
    private readonly now: () => number,
  ) {}

  async accountOf(profile: ProviderProfile, caller: Caller): Promise<AccountResult> {
    const { verifiedEmail } = profile;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const known = await this.users.findByIdentity(profile);
      if (known !== null) return { user: known };
      if (verifiedEmail === null) return { fault: 'ADDRESS_NOT_VERIFIED' };
      const owner = await this.users.findByEmail(verifiedEmail);
      const result =
        owner === null
          ? await this.register(profile, verifiedEmail, caller)
          : await this.join(owner, profile, caller);
      if (result !== null) return result;
    }
    throw new Error('an identity was claimed by too many at once');
  }

  /** Null: the address or the identity has an owner meanwhile. */
  private async register(
    profile: ProviderProfile,
    email: string,
    caller: Caller,
  ): Promise<AccountResult | null> {
    if (!this.doors.admits(email)) return { fault: 'NOT_ADMITTED' };
    const { provider, name, avatarUrl } = profile;
    const proven = { email, isEmailVerified: true, passwordHash: null };
    const user = newUser({ ...proven, name, avatarUrl, providers: [provider] }, this.now());
    if (!(await this.users.create(user, profile))) return null;
    this.securityLog.note('registered', caller, { userId: user.userId, door: provider });
    return { user };
  }

  /** Null: the identity has an owner meanwhile, who may be this one. */
  private async join(owner: User, profile: ProviderProfile, caller: Caller): Promise<AccountResult | null> {
    const { provider, name, avatarUrl } = profile;
    const { userId } = owner;
    if (owner.providers.includes(provider)) {
      // Another request of the same person may have made or joined the account since the identity was looked for.
      if ((await this.users.findByIdentity(profile)) !== null) return null;
      // The provider has given the address to another person since: who has it now is not who had it then.
      return { fault: 'OTHER_IDENTITY' };
    }
    if (!owner.isEmailVerified) await this.doors.takeOver(userId, caller);
    const user = await this.users.update(
      userId,
      (present) => ({
        ...present,
        providers: [...present.providers.filter((other) => other !== provider), provider],
        name: present.name ?? name,
        avatarUrl: present.avatarUrl ?? avatarUrl,
      }),
      profile,
    );
    if (user === null) return null;
    this.securityLog.note('provider_linked', caller, { userId, door: provider });
    return { user };
  }
}
