import type { Redis } from 'ioredis';
import { venueKey } from '../../journal/redis-keys.js';
import { LookupCache } from '../credentials/lookup-cache.js';
import type { IdentityChanges } from '../identity-changes-redis.js';
import type { Provider, User } from './user.js';

/** Adds a user unless the address, or the provider's identity where one is given, has an owner already. */
const CREATE = `
local users, emails, identities = KEYS[1], KEYS[2], KEYS[3]
local userId, user, email, identity = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if redis.call('HEXISTS', emails, email) == 1 then return 0 end
if identity ~= '' and redis.call('HEXISTS', identities, identity) == 1 then return 0 end
redis.call('HSET', emails, email, userId)
if identity ~= '' then redis.call('HSET', identities, identity, userId) end
redis.call('HSET', users, userId, user)
return 1`;

/** Replaces a user by another version if it still is what was read, and notes an identity where one is given. */
const REPLACE = `
local users, identities = KEYS[1], KEYS[2]
local userId, before, after, identity = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if redis.call('HGET', users, userId) ~= before then return 0 end
if identity ~= '' and redis.call('HSETNX', identities, identity, userId) == 0 then
  if redis.call('HGET', identities, identity) ~= userId then return -1 end
end
redis.call('HSET', users, userId, after)
return 1`;

/** Finds a user by a name that belongs to one. As much work when it belongs to nobody, who has the id ''. */
const FIND_OWNER = `
local names, users = KEYS[1], KEYS[2]
return redis.call('HGET', users, redis.call('HGET', names, ARGV[1]) or '')`;

/** How often a change is tried again when others change the same user meanwhile. */
const ATTEMPTS_MAX = 10;

/** A person as a provider knows them. */
export interface ProviderIdentity {
  readonly provider: Provider;
  /** The provider's own id for the person, which never changes hands. */
  readonly subject: string;
}

/** The users of one venue. An address and a provider's identity belong to one user each. */
export class UserStore {
  private readonly cache = new LookupCache<User>();
  private readonly users: string;
  private readonly emails: string;
  private readonly identities: string;

  constructor(
    private readonly commands: Redis,
    private readonly changes: IdentityChanges,
    venue: string,
  ) {
    this.users = venueKey(venue, 'users');
    this.emails = venueKey(venue, 'emails');
    this.identities = venueKey(venue, 'provider-identities');
    changes.listen(
      (change) => {
        if ('userId' in change) this.cache.forget(change.userId);
      },
      () => this.cache.clear(),
    );
  }

  findById(userId: string): Promise<User | null> {
    return this.cache.find(userId, async () => userOf(await this.commands.hget(this.users, userId)));
  }

  /** The user whom a credential or a record names. Users are never removed, so there is one. */
  async ownerOf(userId: string): Promise<User> {
    const user = await this.findById(userId);
    if (user === null) throw new Error(`there is no user ${userId}`);
    return user;
  }

  /** `email` is normalised. */
  findByEmail(email: string): Promise<User | null> {
    return this.findOwner(this.emails, email);
  }

  findByIdentity(identity: ProviderIdentity): Promise<User | null> {
    return this.findOwner(this.identities, fieldOf(identity));
  }

  /** False when the address or the identity has an owner. */
  async create(user: User, identity: ProviderIdentity | null = null): Promise<boolean> {
    const names = [this.users, this.emails, this.identities];
    const values = [user.userId, JSON.stringify(user), user.email, fieldOf(identity)];
    return (await this.commands.eval(CREATE, names.length, ...names, ...values)) === 1;
  }

  /**
   * Changes a user, and links it to an identity where one is given. `change` may be called again with a newer
   * version. Null when there is no such user, or the identity is another one's.
   */
  async update(
    userId: string,
    change: (user: User) => User,
    identity: ProviderIdentity | null = null,
  ): Promise<User | null> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const before = await this.commands.hget(this.users, userId);
      if (before === null) return null;
      const after = change(JSON.parse(before) as User);
      const values = [userId, before, JSON.stringify(after), fieldOf(identity)];
      const replaced = await this.commands.eval(REPLACE, 2, this.users, this.identities, ...values);
      if (replaced === -1) return null;
      if (replaced === 0) continue;
      await this.changes.publish({ userId });
      return after;
    }
    throw new Error('a user was changed by too many at once');
  }

  private async findOwner(names: string, name: string): Promise<User | null> {
    return userOf((await this.commands.eval(FIND_OWNER, 2, names, this.users, name)) as string | null);
  }
}

function userOf(text: string | null): User | null {
  return text === null ? null : (JSON.parse(text) as User);
}

function fieldOf(identity: ProviderIdentity | null): string {
  return identity === null ? '' : `${identity.provider}:${identity.subject}`;
}
