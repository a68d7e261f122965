import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Millis } from '../../src/exchange/units.js';
import { billingOf } from '../billing/billing-stores.js';
import { notify, paidNotice, Subscriber, WEBHOOK_SECRET } from '../billing/subscriber.js';
import { connectTestRedis, openCredentials } from '../identity/fresh-credentials.js';
import { Sandbox } from '../support/sandbox.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start({ BILLING_WEBHOOK_SECRET: WEBHOOK_SECRET });
  await new Sandbox(tradewire).market('BTC', { oracle: 50_000 });
});
afterAll(() => tradewire.stop());

/** What a gateway does with a payment before it tells the exchange, after which it is killed. */
async function payHalf(sessionId: string, eventId: string): Promise<void> {
  const stores = await openCredentials(tradewire.venue);
  const { checkouts } = billingOf(stores, () => Date.now() as Millis, 'unlimited');
  const completion = await checkouts.complete({ sessionId, eventId, amount: 30, currency: 'USD' });
  expect(completion).toMatchObject({ isNew: true });
  stores.close();
}

test('a gateway killed in the middle of a payment leaves what the provider’s next notice completes', async () => {
  const subscriber = await Subscriber.register(tradewire, new Date(Date.now() - 4 * DAY_MS));
  expect(await subscriber.order()).toMatchObject({ status: 403, body: { message: 'Trial expired' } });
  const notice = paidNotice(await subscriber.subscribe('pro'));
  await tradewire.kill();
  await payHalf(notice.session_id, notice.id);
  await tradewire.launch();
  expect(await notify(tradewire, notice)).toMatchObject({ status: 200 });
  expect((await subscriber.order()).status).toBe(200);
  expect(await subscriber.subscription()).toMatchObject({
    status: 'active',
    days_remaining: expect.any(Number),
  });
  expect((await subscriber.subscription())['days_remaining']).toBeLessThanOrEqual(31);
});

test('and so does the next request of whoever paid', async () => {
  const subscriber = await Subscriber.register(tradewire, new Date(Date.now() - 4 * DAY_MS));
  const { session_id } = await subscriber.subscribe('pro');
  await tradewire.kill();
  await payHalf(session_id, randomUUID());
  await tradewire.launch();
  expect((await subscriber.order()).status).toBe(200);
});

test('a paid plan survives a kill', async () => {
  const subscriber = await Subscriber.register(tradewire);
  await subscriber.pay('pro');
  const before = await subscriber.subscription();
  await tradewire.kill();
  await tradewire.launch();
  expect(await subscriber.subscription()).toEqual(before);
  expect((await subscriber.order()).status).toBe(200);
});

test('portfolios that a lost history takes along are opened again', async () => {
  const subscriber = await Subscriber.register(tradewire);
  await subscriber.pay('pro');
  const redis = await connectTestRedis();
  const key = (name: string) => `{tw:${tradewire.venue}}:${name}`;
  await redis.unlink(key('journal'), key('snapshots'));
  redis.disconnect();
  await until('the venue is ready again, without the portfolio’s past', async () => {
    const { status } = await tradewire.ask('GET', '/ready');
    return status === 200 && (await subscriber.balance().catch(() => 0)) === 100_000;
  });
});
