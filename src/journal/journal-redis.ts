import { type Redis, ReplyError } from 'ioredis';
import type { Logger } from 'pino';
import { connectRedis, isOutage, whenConnected } from './connection-redis.js';
import {
  ENTRIES_PER_READ,
  type Entry,
  type EntryId,
  type Extent,
  type Journal,
  JournalError,
  type ServerFacts,
} from './journal.js';
import { journalError } from './journal-error-redis.js';
import { venueKey } from './redis-keys.js';

const FIELD = 'b';

/**
 * When the journal is to go on from a snapshot, an empty entry stands for everything before: it keeps the ids
 * growing and marks where the entries join the snapshot. Entries before it would lead to another state; they go.
 */
const FOUND_SCRIPT = `
if ARGV[1] == '0-0' then
  if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
else
  local marker = redis.pcall('XADD', KEYS[1], ARGV[1], 'b', '')
  if type(marker) == 'table' then return 0 end
  redis.call('XTRIM', KEYS[1], 'MINID', ARGV[1])
end
redis.call('XADD', KEYS[1], '*', 'b', ARGV[2])
return 1
`;

/** The journal as a Redis Stream, one packed binary field an entry. */
export class RedisJournal implements Journal {
  #generation = 0;
  readonly #key: string;
  readonly #writer: Redis;
  readonly #reader: Redis;

  /** Connects at once; until then every command is refused. See `connectRedis` for the form of the URL. */
  constructor(url: string, venue: string, logger: Logger) {
    this.#key = venueKey(venue, 'journal');
    this.#writer = connectRedis(url, 'append', logger);
    this.#reader = connectRedis(url, 'read', logger);
    this.#writer.on('ready', () => this.#generation++);
    this.#reader.on('ready', () => this.#generation++);
  }

  get generation(): number {
    return this.#generation;
  }

  /** Resolves once both connections are there. `onDelay` is told why that takes more than 3 seconds. */
  async whenConnected(onDelay?: (reason: string) => void): Promise<void> {
    await Promise.all([whenConnected(this.#writer, onDelay), whenConnected(this.#reader)]);
  }

  async append(bytes: Uint8Array): Promise<EntryId> {
    const id = await this.#writer
      .xadd(this.#key, 'NOMKSTREAM', '*', FIELD, asBuffer(bytes))
      .catch((cause: unknown) => {
        throw journalError(cause);
      });
    if (id === null) throw new JournalError('VANISHED', 'The journal does not exist any more');
    return id as EntryId;
  }

  async read(after: EntryId, waitMs: number): Promise<readonly Entry[]> {
    try {
      const streams =
        waitMs === 0
          ? await this.#reader.xreadBuffer('COUNT', ENTRIES_PER_READ, 'STREAMS', this.#key, after)
          : await this.#reader.xreadBuffer(
              'COUNT',
              ENTRIES_PER_READ,
              'BLOCK',
              waitMs,
              'STREAMS',
              this.#key,
              after,
            );
      return (streams?.[0]?.[1] ?? []).map(([id, fields]) => ({
        id: id.toString('latin1') as EntryId,
        bytes: fields[1] as Buffer,
      }));
    } catch (cause) {
      throw journalError(cause);
    }
  }

  /** By the connection that appends, so that whoever asks from time to time learns when that one is broken. */
  async extent(): Promise<Extent | null> {
    try {
      const [info, first] = await Promise.all([
        this.#writer.xinfo('STREAM', this.#key).catch(nullIfNoSuchKey),
        this.#writer.xrange(this.#key, '-', '+', 'COUNT', 1),
      ]);
      if (info === null) return null;
      const facts = pairs(info as readonly unknown[]);
      const [firstId, fields] = first[0] ?? [null, []];
      const isTrimmed = facts.get('entries-added') !== facts.get('length');
      return {
        first: firstId as EntryId | null,
        last: facts.get('last-generated-id') as EntryId,
        complete: !isTrimmed && fields[1] !== '',
      };
    } catch (cause) {
      throw journalError(cause);
    }
  }

  async contains(id: EntryId): Promise<boolean> {
    try {
      return (await this.#writer.xrangeBuffer(this.#key, id, id)).length === 1;
    } catch (cause) {
      throw journalError(cause);
    }
  }

  async found(after: EntryId, bytes: Uint8Array): Promise<boolean> {
    try {
      return (await this.#writer.eval(FOUND_SCRIPT, 1, this.#key, after, asBuffer(bytes))) === 1;
    } catch (cause) {
      throw journalError(cause);
    }
  }

  /**
   * The history is certain when every write is synced before its reply and this server was never promoted: a
   * replica takes over without what had not reached it yet.
   */
  async serverFacts(): Promise<ServerFacts> {
    try {
      const info = `${await this.#reader.info('server')}${await this.#reader.info('replication')}`;
      const synced = await this.#configured('appendfsync', 'always');
      const logged = await this.#configured('appendonly', 'yes');
      const promoted = !/^master_replid2:0+\r$/m.test(info);
      return {
        runId: /^run_id:(\w+)/m.exec(info)?.[1] ?? '',
        historyIsCertain: synced && logged && !promoted,
      };
    } catch (cause) {
      throw journalError(cause);
    }
  }

  close(): void {
    this.#writer.disconnect();
    this.#reader.disconnect();
  }

  /** False also where a hosted Redis does not let its configuration be read. One that is away may let it be. */
  async #configured(name: string, value: string): Promise<boolean> {
    const reply = await this.#reader.config('GET', name).catch((error: unknown) => {
      if (!(error instanceof ReplyError) || isOutage(error)) throw error;
      return [];
    });
    return (reply as readonly string[])[1] === value;
  }
}

/** A view, not a copy: ioredis takes Buffers only. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function nullIfNoSuchKey(error: unknown): null {
  if (error instanceof Error && error.message.includes('no such key')) return null;
  throw error;
}

function pairs(flat: readonly unknown[]): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (let index = 0; index < flat.length; index += 2) map.set(flat[index], flat[index + 1]);
  return map;
}
