import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { venueKey } from '../../journal/redis-keys.js';
import type { IdentityChanges } from '../identity-changes-redis.js';
import type { User } from '../people/user.js';
import type { UserStore } from '../people/users-redis.js';
import { ADD, REMOVE, REMOVE_ALL } from './credential-scripts.js';
import {
  type Credential,
  type CredentialKind,
  type Issuer,
  type StoredCredential,
  sha256Hex,
} from './credentials.js';
import { DEMO_KEYS, ENSURE_DEMO, RETIRE_DEMO_KEY } from './demo-script.js';
import { LookupCache } from './lookup-cache.js';

/** Writing the time of use more often would cost more than it tells. */
const LAST_USED_INTERVAL_MS = 60_000;
/** No id is longer; those that callers make up are not looked for, nor remembered. */
const KEY_ID_CHARS_MAX = 64;
/** How many credentials' times of use are remembered as written. */
const LAST_USED_MAX = 10_000;

/** By what the script answers with. */
const ADD_RESULTS = { 1: 'ADDED', 0: 'EXISTS', [-1]: 'TOO_MANY', [-2]: 'MAKER_ENDED' } as const;
export type AddResult = (typeof ADD_RESULTS)[keyof typeof ADD_RESULTS];

/**
 * The credentials of one venue. Look-ups are cached; a change is announced to every process, and a process that may
 * have missed an announcement forgets everything. `commands` should have a command timeout and no offline queue, so
 * that a Redis that is away is an error at once.
 */
export class CredentialStore {
  private readonly records = new LookupCache<StoredCredential>();
  private readonly hashes = new LookupCache<string>();
  private readonly lastUsedWritten = new Map<string, number>();
  private readonly onRevoked: ((keyId: string) => void)[] = [];
  private keysInUse: () => Iterable<string> = () => [];
  private readonly names: Readonly<Record<(typeof DEMO_KEYS)[number] | 'lastUsed', string>>;

  constructor(
    private readonly commands: Redis,
    private readonly users: UserStore,
    private readonly changes: IdentityChanges,
    private readonly venue: string,
    private readonly log: Logger,
  ) {
    this.names = {
      users: venueKey(venue, 'users'),
      emails: venueKey(venue, 'emails'),
      records: venueKey(venue, 'credentials'),
      hashes: venueKey(venue, 'credential-hashes'),
      demoUser: venueKey(venue, 'demo-user'),
      demoKey: venueKey(venue, 'demo-key'),
      lastUsed: venueKey(venue, 'credentials-last-used'),
    };
    changes.listen(
      (change) => {
        if ('userId' in change) return this.recheckKeysInUse();
        this.records.forget(change.keyId);
        if (change.secretHash !== null) this.hashes.forget(change.secretHash);
        this.tellIfEnded(change.keyId);
      },
      () => {
        this.records.clear();
        this.hashes.clear();
        this.recheckKeysInUse();
      },
    );
  }

  /** Calls `listener` with the id of every credential that ends, by whichever process, also by its user's. */
  whenRevoked(listener: (keyId: string) => void): void {
    this.onRevoked.push(listener);
  }

  /**
   * Names the credentials that something goes on with, such as an open session. Whenever announcements may have
   * been missed they are looked up again, and the listeners are told of those that ended meanwhile.
   */
  watchKeys(keysInUse: () => Iterable<string>): void {
    this.keysInUse = keysInUse;
  }

  /** By the API key itself. */
  async findByApiKey(apiKey: string): Promise<Credential | null> {
    const hash = sha256Hex(apiKey);
    const keyId = await this.hashes.find(hash, () =>
      this.logged(this.commands.hget(this.names.hashes, hash)),
    );
    return keyId === null ? null : this.findById(keyId);
  }

  async findById(keyId: string): Promise<Credential | null> {
    if (keyId.length > KEY_ID_CHARS_MAX) return null;
    const key = await this.records.find(keyId, () => this.logged(this.load(keyId)));
    if (key === null) return null;
    const user = await this.logged(this.users.findById(key.userId));
    return user === null ? null : { key, user };
  }

  /** Those of a user that one door made, the oldest first, each with when it was last used. */
  async listOf(userId: string, issuer: Issuer): Promise<readonly (StoredCredential & LastUse)[]> {
    const keyIds = await this.commands.smembers(this.ownedBy(userId));
    if (keyIds.length === 0) return [];
    const [texts, uses] = await Promise.all([
      this.commands.hmget(this.names.records, ...keyIds),
      this.commands.hmget(this.names.lastUsed, ...keyIds),
    ]);
    return texts
      .flatMap((text, index) => {
        if (text === null) return [];
        return [{ ...(JSON.parse(text) as StoredCredential), lastUsedAt: uses[index] ?? null }];
      })
      .filter((key) => key.issuer === issuer)
      .sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
  }

  /**
   * Adds a credential, of which its user may have at most `countMax` of the same kind and issuer. `madeBy` is the
   * credential that asks for it, and must not have ended.
   */
  async add(
    key: StoredCredential,
    countMax = Number.MAX_SAFE_INTEGER,
    madeBy: string | null = null,
  ): Promise<AddResult> {
    const names = [this.names.records, this.names.hashes, this.ownedBy(key.userId)];
    const hash = key.kind === 'API_KEY' ? key.secretHash : null;
    const values = [key.keyId, JSON.stringify(key), hash ?? '', countMax, madeBy ?? ''];
    const answer = await this.commands.eval(ADD, names.length, ...names, ...values);
    const result = ADD_RESULTS[answer as keyof typeof ADD_RESULTS];
    if (result === 'ADDED') await this.changes.publish({ keyId: key.keyId, secretHash: hash });
    return result;
  }

  /** Ends a credential for good, in every process. False when there is no such one. */
  async revoke(keyId: string): Promise<boolean> {
    const key = await this.load(keyId);
    if (key === null) return false;
    const names = this.namesToEnd(key.userId);
    const hash = key.kind === 'API_KEY' ? key.secretHash : null;
    const removed = await this.commands.eval(REMOVE, names.length, ...names, keyId, hash ?? '');
    await this.changes.publish({ keyId, secretHash: hash });
    return removed === 1;
  }

  /** Ends all credentials of a user at once, or those of one kind, for good and in every process; what they were. */
  async revokeAll(userId: string, kind: CredentialKind | null = null): Promise<readonly EndedCredential[]> {
    const names = this.namesToEnd(userId);
    const parts = (await this.commands.eval(REMOVE_ALL, names.length, ...names, kind ?? '')) as string[];
    const ended: EndedCredential[] = [];
    for (let at = 0; at < parts.length; at += 3) {
      const [keyId, endedKind, hash] = parts.slice(at, at + 3) as [string, CredentialKind, string];
      ended.push({ keyId, kind: endedKind });
      await this.changes.publish({ keyId, secretHash: hash === '' ? null : hash });
    }
    return ended;
  }

  /** Notes that a credential was used now, in milliseconds on the exchange's clock; never waits, never fails. */
  touch(keyId: string, now: number): void {
    const written = this.lastUsedWritten.get(keyId);
    if (written !== undefined && now - written < LAST_USED_INTERVAL_MS) return;
    this.lastUsedWritten.delete(keyId);
    this.lastUsedWritten.set(keyId, now);
    if (this.lastUsedWritten.size > LAST_USED_MAX) {
      this.lastUsedWritten.delete(this.lastUsedWritten.keys().next().value!);
    }
    this.commands
      .hset(this.names.lastUsed, keyId, new Date(now).toISOString())
      .catch((error: unknown) => this.log.warn({ err: error, keyId }, 'a time of use was not written'));
  }

  /**
   * In one step: on an empty venue makes `user` the demo user with `key`; where a demo user exists, gives it the
   * key if nobody has it, and ends the demo key of an earlier start if that is another one. Resolves to the user
   * the key belongs to; null on a venue of others, without one.
   */
  async ensureDemo(user: User, key: StoredCredential): Promise<User | null> {
    const hash = key.secretHash!;
    const values = [user.userId, JSON.stringify(user), user.email, hash, key.keyId, JSON.stringify(key)];
    const owned = this.ownedBy('');
    const [userId, ...ended] = await this.runDemoScript(ENSURE_DEMO, [...values, owned]);
    if (userId === undefined) return null;
    await this.announceEnd(ended);
    await this.changes.publish({ keyId: key.keyId, secretHash: hash });
    return this.users.findById(userId);
  }

  /** Ends the demo key of an earlier start, until it is given again. */
  async retireDemoKey(): Promise<void> {
    await this.announceEnd(await this.runDemoScript(RETIRE_DEMO_KEY, [this.ownedBy('')]));
  }

  private async runDemoScript(script: string, values: readonly string[]): Promise<readonly string[]> {
    const names = DEMO_KEYS.map((name) => this.names[name]);
    return ((await this.commands.eval(script, names.length, ...names, ...values)) ?? []) as string[];
  }

  private async announceEnd([secretHash, keyId]: readonly string[]): Promise<void> {
    if (secretHash !== undefined && keyId !== undefined) await this.changes.publish({ keyId, secretHash });
  }

  private namesToEnd(userId: string): readonly string[] {
    const { records, hashes, lastUsed, demoKey } = this.names;
    return [records, hashes, this.ownedBy(userId), lastUsed, demoKey];
  }

  private ownedBy(userId: string): string {
    return venueKey(this.venue, `credentials-of:${userId}`);
  }

  private async load(keyId: string): Promise<StoredCredential | null> {
    const text = await this.commands.hget(this.names.records, keyId);
    return text === null ? null : (JSON.parse(text) as StoredCredential);
  }

  private async logged<Found>(lookUp: Promise<Found>): Promise<Found> {
    return lookUp.catch((error: unknown) => {
      this.log.warn({ err: error }, 'a credential could not be looked up');
      throw error;
    });
  }

  private recheckKeysInUse(): void {
    for (const keyId of this.keysInUse()) this.tellIfEnded(keyId);
  }

  /** Looks a credential up again, and tells the listeners if it has ended; for what began to be in use just now. */
  tellIfEnded(keyId: string): void {
    this.findById(keyId)
      .then((credential) => {
        if (credential?.user.status === 'ACTIVE') return;
        for (const listener of this.onRevoked) listener(keyId);
      })
      .catch((error: unknown) => this.log.warn({ err: error, keyId }, 'a changed key was not read'));
  }
}

/** When a credential was last used, to the minute; null: never. */
export interface LastUse {
  readonly lastUsedAt: string | null;
}

/** What is known of a credential once it has ended. */
export type EndedCredential = Pick<StoredCredential, 'keyId' | 'kind'>;
