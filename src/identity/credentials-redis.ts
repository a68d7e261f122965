import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { venueKey } from '../journal/redis-keys.js';
import { CredentialCache } from './credential-cache.js';
import type { ApiKey, Credential, User } from './credentials.js';

/** Makes the first user of a venue, or adds a key to the demo user there is; answers with that user's id. */
const ENSURE_DEMO = `
local users, keys, keyIds, demoUser = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local userId, user, hash, keyId, key = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local existing = redis.call('GET', demoUser)
if not existing then
  if redis.call('HLEN', users) > 0 then return nil end
  redis.call('SET', demoUser, userId)
  redis.call('HSET', users, userId, user)
  existing = userId
end
if redis.call('HEXISTS', keys, hash) == 0 then
  local record = cjson.decode(key)
  record.userId = existing
  redis.call('HSET', keys, hash, cjson.encode(record))
  redis.call('HSET', keyIds, keyId, hash)
end
return existing`;

/** What a change of a credential tells the other processes. */
interface CredentialChange {
  readonly hash: string;
  readonly keyId: string;
}

/**
 * Users and API keys of one venue. Look-ups are cached; a change is announced to every process, and a process
 * that may have missed an announcement forgets everything. `commands` should have a command timeout and no
 * offline queue, so that a Redis that is away is an error at once; `subscriber` is this object's alone.
 */
export class CredentialStore {
  private readonly cache = new CredentialCache();
  private readonly onRevoked: ((keyId: string) => void)[] = [];
  private readonly names: Readonly<Record<'users' | 'keys' | 'keyIds' | 'demoUser' | 'channel', string>>;

  constructor(
    private readonly commands: Redis,
    private readonly subscriber: Redis,
    venue: string,
    private readonly log: Logger,
  ) {
    this.names = {
      users: venueKey(venue, 'users'),
      keys: venueKey(venue, 'keys'),
      keyIds: venueKey(venue, 'key-ids'),
      demoUser: venueKey(venue, 'demo-user'),
      channel: venueKey(venue, 'credentials'),
    };
  }

  /** Listens for changes made by other processes. */
  async start(): Promise<void> {
    this.subscriber.on('message', (_channel, message) => this.applyChange(message));
    this.subscriber.on('ready', () => this.cache.clear());
    await this.subscriber.subscribe(this.names.channel);
    this.cache.clear();
  }

  /** Calls `listener` with the id of every key that is revoked, by whichever process. */
  whenRevoked(listener: (keyId: string) => void): void {
    this.onRevoked.push(listener);
  }

  findByHash(hash: string): Promise<Credential | null> {
    return this.cache.find(`hash:${hash}`, () => this.logged(this.load(hash)));
  }

  findByKeyId(keyId: string): Promise<Credential | null> {
    return this.cache.find(`id:${keyId}`, () => this.logged(this.loadByKeyId(keyId)));
  }

  /** Adds a key. False when this very key exists already. */
  async addKey(hash: string, key: ApiKey): Promise<boolean> {
    const added = await this.commands.hsetnx(this.names.keys, hash, JSON.stringify(key));
    if (added === 0) return false;
    await this.commands.hset(this.names.keyIds, key.keyId, hash);
    await this.announce({ hash, keyId: key.keyId });
    return true;
  }

  /** Revokes a key for good. False when there is no such key. */
  async revokeKey(keyId: string): Promise<boolean> {
    const hash = await this.commands.hget(this.names.keyIds, keyId);
    const credential = hash === null ? null : await this.load(hash);
    if (hash === null || credential === null) return false;
    const revoked: ApiKey = { ...credential.key, status: 'REVOKED' };
    await this.commands.hset(this.names.keys, hash, JSON.stringify(revoked));
    await this.announce({ hash, keyId });
    return true;
  }

  /**
   * In one step: on an empty venue makes `user` the demo user with `key`; where a demo user exists, gives it
   * the key if nobody has it. Resolves to the user the key belongs to; null on a venue of others, without one.
   */
  async ensureDemo(user: User, hash: string, key: ApiKey): Promise<User | null> {
    const { users, keys, keyIds, demoUser } = this.names;
    const names = [users, keys, keyIds, demoUser];
    const values = [user.userId, JSON.stringify(user), hash, key.keyId, JSON.stringify(key)];
    const userId = await this.commands.eval(ENSURE_DEMO, names.length, ...names, ...values);
    if (typeof userId !== 'string') return null;
    await this.announce({ hash, keyId: key.keyId });
    const credential = await this.load(hash);
    return credential?.user ?? null;
  }

  private async logged<Found>(lookUp: Promise<Found>): Promise<Found> {
    return lookUp.catch((error: unknown) => {
      this.log.warn({ err: error }, 'a credential could not be looked up');
      throw error;
    });
  }

  private async loadByKeyId(keyId: string): Promise<Credential | null> {
    const hash = await this.commands.hget(this.names.keyIds, keyId);
    return hash === null ? null : this.load(hash);
  }

  private async load(hash: string): Promise<Credential | null> {
    const keyText = await this.commands.hget(this.names.keys, hash);
    if (keyText === null) return null;
    const key = JSON.parse(keyText) as ApiKey;
    const userText = await this.commands.hget(this.names.users, key.userId);
    return userText === null ? null : { key, user: JSON.parse(userText) as User };
  }

  private async announce(change: CredentialChange): Promise<void> {
    this.forget(change);
    await this.commands.publish(this.names.channel, JSON.stringify(change));
  }

  private applyChange(message: string): void {
    const change = JSON.parse(message) as CredentialChange;
    this.forget(change);
    this.findByKeyId(change.keyId)
      .then((credential) => {
        if (credential?.key.status !== 'REVOKED') return;
        for (const listener of this.onRevoked) listener(change.keyId);
      })
      .catch((error: unknown) =>
        this.log.warn({ err: error, keyId: change.keyId }, 'a changed key was not read'),
      );
  }

  private forget({ hash, keyId }: CredentialChange): void {
    this.cache.forget(`hash:${hash}`);
    this.cache.forget(`id:${keyId}`);
  }
}
