import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Position } from '../exchange/units.js';
import { connectRedis, whenConnected } from './connection-redis.js';
import { compareEntryIds, type EntryId } from './journal.js';
import { journalError } from './journal-error-redis.js';
import { venueKey } from './redis-keys.js';
import {
  type KeptSnapshot,
  SNAPSHOTS_KEPT,
  type SnapshotLabel,
  type SnapshotStore,
} from './snapshot-store.js';

/** Small enough that moving one chunk does not keep Redis from its other clients for long. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** A snapshot whose writer died half-way is forgotten after this time. */
const UNFINISHED_TTL_MS = 3_600_000;
/** Trimming goes in steps, since freeing entries blocks Redis. */
const TRIM_STEP_ENTRIES = 1_000;

/**
 * Snapshots in Redis: a hash each, with its label, its checksum and its bytes in chunks; and a list of the names
 * of the kept ones, newest first. A snapshot counts only once it is in the list.
 */
export class RedisSnapshotStore implements SnapshotStore {
  readonly #redis: Redis;
  readonly #list: string;
  readonly #journal: string;
  readonly #venue: string;

  constructor(url: string, venue: string, logger: Logger) {
    this.#redis = connectRedis(url, 'snapshots', logger);
    this.#venue = venue;
    this.#list = venueKey(venue, 'snapshots');
    this.#journal = venueKey(venue, 'journal');
  }

  async whenConnected(): Promise<void> {
    await whenConnected(this.#redis);
  }

  async save(label: SnapshotLabel, bytes: Uint8Array): Promise<boolean> {
    try {
      await this.#redis.watch(this.#list);
      const names = await this.#redis.lrange(this.#list, 0, -1);
      if (await this.#isReached(label, names)) {
        await this.#redis.unwatch();
        return false;
      }
      const name = venueKey(this.#venue, `snapshot:${randomUUID()}`);
      await this.#write(name, label, bytes);
      const exchange = this.#redis
        .multi()
        .persist(name)
        .lpush(this.#list, name)
        .ltrim(this.#list, 0, SNAPSHOTS_KEPT - 1);
      for (const forgotten of names.slice(SNAPSHOTS_KEPT - 1)) exchange.unlink(forgotten);
      if ((await exchange.exec()) === null) {
        await this.#redis.unlink(name);
        return false;
      }
      await this.#trimBehindOldest();
      return true;
    } catch (cause) {
      throw journalError(cause);
    }
  }

  async list(): Promise<readonly KeptSnapshot[]> {
    try {
      const names = await this.#redis.lrange(this.#list, 0, -1);
      const snapshots = await Promise.all(names.map((name) => this.#describe(name)));
      return snapshots.filter((snapshot) => snapshot !== null);
    } catch (cause) {
      throw journalError(cause);
    }
  }

  async load(snapshot: KeptSnapshot): Promise<Uint8Array | null> {
    try {
      const bytes = Buffer.alloc(snapshot.bytes);
      for (let offset = 0; offset < snapshot.bytes; offset += CHUNK_BYTES) {
        const chunk = await this.#redis.hgetBuffer(snapshot.key, `chunk:${offset}`);
        if (chunk === null) return null;
        chunk.copy(bytes, offset);
      }
      const checksum = await this.#redis.hget(snapshot.key, 'checksum');
      return checksum === checksumOf(bytes) ? bytes : null;
    } catch (cause) {
      throw journalError(cause);
    }
  }

  close(): void {
    this.#redis.disconnect();
  }

  /** A writer that was paused for long may come with less than what is kept meanwhile. */
  async #isReached({ entryId }: SnapshotLabel, names: readonly string[]): Promise<boolean> {
    const newest = names[0] === undefined ? null : await this.#describe(names[0]);
    return newest !== null && compareEntryIds(newest.entryId, entryId) >= 0;
  }

  async #write(name: string, label: SnapshotLabel, bytes: Uint8Array): Promise<void> {
    await this.#redis.hset(name, {
      entryId: label.entryId,
      position: String(label.position),
      engineVersion: String(label.engineVersion),
      bytes: String(bytes.length),
      checksum: checksumOf(bytes),
    });
    await this.#redis.pexpire(name, UNFINISHED_TTL_MS);
    for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
      await this.#redis.hset(
        name,
        `chunk:${offset}`,
        Buffer.from(bytes.subarray(offset, offset + CHUNK_BYTES)),
      );
    }
  }

  async #describe(name: string): Promise<KeptSnapshot | null> {
    const [entryId, position, engineVersion, bytes] = await this.#redis.hmget(
      name,
      'entryId',
      'position',
      'engineVersion',
      'bytes',
    );
    if (!entryId || !position || !engineVersion || !bytes) return null;
    return {
      key: name,
      entryId: entryId as EntryId,
      position: Number(position) as Position,
      engineVersion: Number(engineVersion),
      bytes: Number(bytes),
    };
  }

  /**
   * The oldest kept snapshot's own entry stays, so that a reader that starts there can tell that nothing is
   * missing. With fewer snapshots than are to be kept, the way back is the whole journal, and nothing is trimmed.
   */
  async #trimBehindOldest(): Promise<void> {
    const kept = await this.list();
    const oldest = kept[SNAPSHOTS_KEPT - 1];
    if (oldest === undefined) return;
    let trimmed: number;
    do {
      trimmed = await this.#redis.xtrim(
        this.#journal,
        'MINID',
        '~',
        oldest.entryId,
        'LIMIT',
        TRIM_STEP_ENTRIES,
      );
    } while (trimmed > 0);
    await this.#redis.xtrim(this.#journal, 'MINID', oldest.entryId);
  }
}

function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
