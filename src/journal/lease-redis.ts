import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { connectRedis } from './connection-redis.js';
import type { Lease } from './lease.js';
import { venueKey } from './redis-keys.js';

export interface RedisLeaseSettings {
  /** How long a process that died keeps others waiting. */
  readonly ttlMs: number;
  readonly renewEveryMs: number;
  /** How long before the expiry the holder stops to act on it, for clocks that run at unequal speeds. */
  readonly marginMs: number;
}

/** Within `ttlMs` after its holder died or froze, another process has the lease. */
export const REDIS_LEASE_DEFAULTS: RedisLeaseSettings = { ttlMs: 2_500, renewEveryMs: 800, marginMs: 500 };

/** What the script returns where the lease is granted; else it is how many milliseconds another process has it for. */
const GRANTED = 'GRANTED';

/** A key without an expiry, which no script of ours leaves, gets one: else its lease would never move again. */
const ACQUIRE_OR_RENEW_SCRIPT = `
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return '${GRANTED}'
end
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return '${GRANTED}' end
if redis.call('PTTL', KEYS[1]) == -1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return redis.call('PTTL', KEYS[1])
`;

const RELEASE_SCRIPT = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

/** A lease as a Redis key with an expiry, whose value names the holder. */
export class RedisLease implements Lease {
  readonly #redis: Redis;
  readonly #key: string;
  #heldUntilMs = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Until the lease of another process ends, which is to be seen at once. */
  #expiry: NodeJS.Timeout | undefined;

  /** @param holder unique to this process and run. */
  constructor(
    url: string,
    venue: string,
    private readonly name: string,
    private readonly holder: string,
    private readonly settings: RedisLeaseSettings,
    private readonly logger: Logger,
  ) {
    this.#key = venueKey(venue, `lease:${name}`);
    this.#redis = connectRedis(url, `lease-${name}`, logger);
    this.#redis.once('ready', () => {
      if (this.#timer !== null) void this.#acquireOrRenew();
    });
  }

  get isHeld(): boolean {
    return performance.now() < this.#heldUntilMs;
  }

  /** Begins to apply for the lease and to renew it. */
  start(): void {
    this.#timer = setInterval(() => void this.#acquireOrRenew(), this.settings.renewEveryMs);
    if (this.#redis.status === 'ready') void this.#acquireOrRenew();
  }

  /** Ends that, and gives the lease up so that another process gets it at once. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    clearTimeout(this.#expiry);
    this.#heldUntilMs = 0;
    try {
      await this.#redis.eval(RELEASE_SCRIPT, 1, this.#key, this.holder);
    } catch (error) {
      this.logger.debug({ err: error, lease: this.name }, 'The lease was not given up and will expire');
    }
    this.#redis.disconnect();
  }

  async #acquireOrRenew(): Promise<void> {
    const { ttlMs, marginMs } = this.settings;
    const askedAtMs = performance.now();
    try {
      const answer = await this.#redis.eval(ACQUIRE_OR_RENEW_SCRIPT, 1, this.#key, this.holder, ttlMs);
      if (this.#timer === null) return;
      const wasHeld = this.isHeld;
      this.#heldUntilMs = answer === GRANTED ? askedAtMs + ttlMs - marginMs : 0;
      if (answer !== GRANTED) this.#askAtExpiry(Number(answer));
      if (wasHeld !== this.isHeld) {
        this.logger.info({ lease: this.name, isHeld: this.isHeld }, 'The lease changed hands');
      }
    } catch (error) {
      this.logger.debug({ err: error, lease: this.name }, 'The lease was not renewed');
    }
  }

  /** Where it comes before the next renewal would. */
  #askAtExpiry(remainingMs: number): void {
    clearTimeout(this.#expiry);
    if (remainingMs >= this.settings.renewEveryMs) return;
    this.#expiry = setTimeout(() => void this.#acquireOrRenew(), remainingMs);
  }
}
