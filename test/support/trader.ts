import { randomUUID } from 'node:crypto';
import type { PaidPeriod } from '../../src/billing/subscription.js';
import { encodeBatch } from '../../src/exchange/codec/batch.js';
import type { Command } from '../../src/exchange/command.js';
import type { Micros, Millis } from '../../src/exchange/units.js';
import type { Scope } from '../../src/identity/credentials/scope.js';
import { RedisJournal } from '../../src/journal/journal-redis.js';
import { venueKey } from '../../src/journal/redis-keys.js';
import { addKey } from '../api/users.js';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { SILENT } from '../journal/stores.js';
import { Sandbox } from './sandbox.js';
import type { Tradewire } from './tradewire.js';

/** Beyond whatever a test does with the clock. */
const SUBSCRIPTION_END = Date.UTC(9999, 0, 1) as Millis;

/** A user beside the demo user, with one portfolio. */
export interface Trader {
  readonly key: string;
  readonly userId: string;
  readonly portfolioId: string;
}

/** Makes a user who can trade at once, with 100,000 dollars to begin with. */
export async function addTrader(
  tradewire: Tradewire,
  scopes: readonly Scope[] = ['read', 'trade'],
): Promise<Trader> {
  const user = {
    userId: randomUUID(),
    portfolioIds: [randomUUID()] as const,
    status: 'ACTIVE',
    createdAt: new Date().toISOString(),
  };
  const [portfolioId] = user.portfolioIds;
  const subscription: PaidPeriod = {
    plan: 'unlimited',
    startsAt: Date.now() as Millis,
    endsAt: SUBSCRIPTION_END,
    payments: 1,
  };
  const redis = await connectTestRedis(tradewire.redisUrl);
  await redis.hset(venueKey(tradewire.venue, 'subscriptions'), user.userId, JSON.stringify(subscription));
  await redis.hset(venueKey(tradewire.venue, 'users'), user.userId, JSON.stringify(user));
  redis.disconnect();
  const { key } = await addKey(tradewire, user.userId, scopes);
  await appendTo(tradewire, {
    kind: 'OPEN_ACCOUNT',
    portfolioId,
    deposit: 100_000_000_000 as Micros,
    membership: { plan: 'UNLIMITED', endsAt: SUBSCRIPTION_END, isTrial: false },
  });
  return { key, userId: user.userId, portfolioId };
}

/** Appends a command to a venue's journal as another gateway would, and waits until it is applied. */
async function appendTo(tradewire: Tradewire, command: Command): Promise<void> {
  const journal = new RedisJournal(tradewire.redisUrl, tradewire.venue, SILENT);
  await journal.whenConnected();
  await journal.append(encodeBatch({ incarnation: randomUUID(), number: 1, commands: [command] }));
  journal.close();
  // Its answer comes after all that was appended before it.
  await new Sandbox(tradewire).advanceClock(1);
}
