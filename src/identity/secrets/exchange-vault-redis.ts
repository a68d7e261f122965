import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { venueKey } from '../../journal/redis-keys.js';
import type { Caller, SecurityLog } from '../security-log.js';
import type { SecretKeys } from './derived-key.js';
import { EnvelopeCipher, type Sealed } from './envelope-cipher.js';

/** The exchanges that credentials can be kept for. */
export const VAULT_EXCHANGES = ['polymarket', 'kalshi'] as const;
export type VaultExchange = (typeof VAULT_EXCHANGES)[number];

/** What a user trades at another exchange with: names and values of its own choosing, all of them secret. */
export type ExchangeCredentials = Readonly<Record<string, string>>;

/** That there are credentials, without what they are. Times are ISO 8601. */
export interface VaultEntry {
  readonly exchange: VaultExchange;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface VaultRecord extends Sealed {
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Replaces a record by the same one under another key, unless it was changed or deleted meanwhile. */
const RESEAL = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

const PURPOSE = 'exchange credentials';

/** Keeps what users trade at other exchanges with, encrypted: nobody who reads Redis can use or move it. */
export class ExchangeVault {
  private readonly cipher: EnvelopeCipher;

  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly commands: Redis,
    keys: SecretKeys,
    private readonly venue: string,
    private readonly now: () => number,
    private readonly securityLog: SecurityLog,
    private readonly log: Logger,
  ) {
    this.cipher = new EnvelopeCipher(keys, PURPOSE, venue);
  }

  /** Puts credentials in the place of those before. */
  async put(
    userId: string,
    caller: Caller,
    exchange: VaultExchange,
    credentials: ExchangeCredentials,
  ): Promise<void> {
    const before = await this.commands.hget(this.nameOf(userId), exchange);
    const updatedAt = new Date(this.now()).toISOString();
    const createdAt = before === null ? updatedAt : (JSON.parse(before) as VaultRecord).createdAt;
    const sealed = this.cipher.seal(JSON.stringify(credentials), [userId, exchange]);
    const record: VaultRecord = { ...sealed, createdAt, updatedAt };
    await this.commands.hset(this.nameOf(userId), exchange, JSON.stringify(record));
    this.securityLog.note('exchange_credentials_stored', caller, { userId, kind: exchange });
  }

  async list(userId: string): Promise<readonly VaultEntry[]> {
    const texts = await this.commands.hmget(this.nameOf(userId), ...VAULT_EXCHANGES);
    return VAULT_EXCHANGES.flatMap((exchange, index) => {
      const text = texts[index] ?? null;
      if (text === null) return [];
      const { createdAt, updatedAt } = JSON.parse(text) as VaultRecord;
      return [{ exchange, createdAt, updatedAt }];
    });
  }

  /** False when there were none. */
  async delete(userId: string, caller: Caller, exchange: VaultExchange): Promise<boolean> {
    const isDeleted = (await this.commands.hdel(this.nameOf(userId), exchange)) === 1;
    if (isDeleted) this.securityLog.note('exchange_credentials_removed', caller, { userId, kind: exchange });
    return isDeleted;
  }

  /** Whether there are credentials that can be used: those that were tampered with cannot. */
  async hasCredentials(userId: string, exchange: VaultExchange): Promise<boolean> {
    return (await this.open(userId, exchange)) !== null;
  }

  /** For the moment of use; null where there are none that open. What is under the key before is sealed anew. */
  async open(userId: string, exchange: VaultExchange): Promise<ExchangeCredentials | null> {
    const text = await this.commands.hget(this.nameOf(userId), exchange);
    if (text === null) return null;
    const record = JSON.parse(text) as VaultRecord;
    const opened = this.cipher.open(record, [userId, exchange]);
    if (opened === null) {
      this.log.error({ userId, exchange, keyId: record.keyId }, 'stored exchange credentials do not open');
      return null;
    }
    if (opened.isOld) await this.reseal(userId, exchange, text, opened.text);
    return JSON.parse(opened.text) as ExchangeCredentials;
  }

  private async reseal(userId: string, exchange: VaultExchange, before: string, text: string): Promise<void> {
    const { createdAt, updatedAt } = JSON.parse(before) as VaultRecord;
    const record: VaultRecord = { ...this.cipher.seal(text, [userId, exchange]), createdAt, updatedAt };
    await this.commands.eval(RESEAL, 1, this.nameOf(userId), exchange, before, JSON.stringify(record));
  }

  private nameOf(userId: string): string {
    return venueKey(this.venue, `exchange-credentials:${userId}`);
  }
}
