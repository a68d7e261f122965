import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { venueKey } from '../journal/redis-keys.js';
import { CredentialCache } from './credential-cache.js';
import type { ApiKey, Credential, User } from './credentials.js';
import { DEMO_KEYS, ENSURE_DEMO, RETIRE_DEMO_KEY } from './demo-script.js';

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
  private keysInUse: () => Iterable<string> = () => [];
  private readonly names: Readonly<Record<(typeof DEMO_KEYS)[number] | 'channel', string>>;

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
      demoKey: venueKey(venue, 'demo-key'),
      channel: venueKey(venue, 'credentials'),
    };
  }

  /** Listens for changes made by other processes. */
  async start(): Promise<void> {
    this.subscriber.on('message', (_channel, message) => this.applyChange(message));
    this.subscriber.on('ready', () => this.listenAgain());
    this.commands.on('ready', () => this.recheckKeysInUse());
    await this.subscriber.subscribe(this.names.channel);
    this.cache.clear();
  }

  /** Calls `listener` with the id of every key that is revoked or deleted, by whichever process. */
  whenRevoked(listener: (keyId: string) => void): void {
    this.onRevoked.push(listener);
  }

  /**
   * Names the keys that something goes on with, such as an open session. Whenever announcements may have been
   * missed they are looked up again, and the listeners are told of those that ended meanwhile.
   */
  watchKeys(keysInUse: () => Iterable<string>): void {
    this.keysInUse = keysInUse;
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
   * In one step: on an empty venue makes `user` the demo user with `key`; where a demo user exists, gives it the
   * key if nobody has it, and ends the demo key of an earlier start if that is another one. Resolves to the user
   * the key belongs to; null on a venue of others, without one.
   */
  async ensureDemo(user: User, hash: string, key: ApiKey): Promise<User | null> {
    const values = [user.userId, JSON.stringify(user), hash, key.keyId, JSON.stringify(key)];
    const [userId, ...ended] = await this.runDemoScript(ENSURE_DEMO, values);
    if (userId === undefined) return null;
    await this.announceEnd(ended);
    await this.announce({ hash, keyId: key.keyId });
    const credential = await this.load(hash);
    return credential?.user ?? null;
  }

  /** Ends the demo key of an earlier start, until it is given again. */
  async retireDemoKey(): Promise<void> {
    await this.announceEnd(await this.runDemoScript(RETIRE_DEMO_KEY, []));
  }

  private async runDemoScript(script: string, values: readonly string[]): Promise<readonly string[]> {
    const names = DEMO_KEYS.map((name) => this.names[name]);
    return ((await this.commands.eval(script, names.length, ...names, ...values)) ?? []) as string[];
  }

  private async announceEnd([hash, keyId]: readonly string[]): Promise<void> {
    if (hash !== undefined && keyId !== undefined) await this.announce({ hash, keyId });
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
    this.tellIfEnded(change.keyId);
  }

  /** Whatever was read before the subscription is back may have changed unheard. */
  private listenAgain(): void {
    this.subscriber
      .subscribe(this.names.channel)
      .then(() => {
        this.cache.clear();
        this.recheckKeysInUse();
      })
      .catch((error: unknown) => this.log.warn({ err: error }, 'changes of credentials are not heard'));
  }

  /** Called when either connection is back, and does nothing until both are. */
  private recheckKeysInUse(): void {
    if (this.commands.status !== 'ready' || this.subscriber.status !== 'ready') return;
    for (const keyId of this.keysInUse()) this.tellIfEnded(keyId);
  }

  private tellIfEnded(keyId: string): void {
    this.findByKeyId(keyId)
      .then((credential) => {
        if (credential?.key.status === 'ACTIVE') return;
        for (const listener of this.onRevoked) listener(keyId);
      })
      .catch((error: unknown) => this.log.warn({ err: error, keyId }, 'a changed key was not read'));
  }

  private forget({ hash, keyId }: CredentialChange): void {
    this.cache.forget(`hash:${hash}`);
    this.cache.forget(`id:${keyId}`);
  }
}
