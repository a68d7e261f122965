import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { notify, paidNotice, Subscriber, signature, WEBHOOK_SECRET } from '../billing/subscriber.js';
import { RedisServer } from '../support/redis-server.js';
import { Sandbox } from '../support/sandbox.js';
import { Tradewire } from '../support/tradewire.js';

const RECEIVED = { status: 200, body: { received: true } };

let tradewire: Tradewire;
let subscriber: Subscriber;

beforeAll(async () => {
  tradewire = await Tradewire.start({ BILLING_WEBHOOK_SECRET: WEBHOOK_SECRET, LOG_LEVEL: 'error' });
  subscriber = await Subscriber.register(tradewire);
});
afterAll(() => tradewire.stop());

test('a notice activates a plan once, however often it comes', async () => {
  const one = await Subscriber.register(tradewire);
  const notice = paidNotice(await one.subscribe('pro'));
  const answers = await Promise.all(Array.from({ length: 20 }, () => notify(tradewire, notice)));
  for (const answer of answers) expect(answer).toEqual(RECEIVED);
  const subscription = await one.subscription();
  expect(subscription).toMatchObject({ status: 'active', plan: 'pro' });
  expect(subscription['days_remaining']).toBeLessThanOrEqual(35);
  expect(await notify(tradewire, { ...notice, id: randomUUID() })).toEqual(RECEIVED);
  expect(await one.subscription()).toEqual(subscription);
});

test('a notice that is not signed by the provider, or long ago, does nothing', async () => {
  const notice = JSON.stringify(paidNotice(await subscriber.subscribe('pro')));
  const nowS = Math.floor(Date.now() / 1_000);
  const forged = [
    '',
    `t=${nowS}`,
    `t=${nowS},v1=${'0'.repeat(64)}`,
    signature(notice, nowS, 'another-secret-of-thirty-two-letters'),
    signature(`${notice} `, nowS),
    signature(notice).replace(String(nowS), String(nowS + 1)),
  ];
  for (const header of forged) {
    expect(await notify(tradewire, notice, header)).toEqual({
      status: 401,
      body: { detail: 'Invalid signature' },
    });
  }
  for (const ageS of [-400, 400]) {
    expect(await notify(tradewire, notice, signature(notice, nowS - ageS))).toEqual({
      status: 401,
      body: { detail: 'The signature is more than 5 minutes old' },
    });
  }
  expect(await subscriber.subscription()).toMatchObject({ status: 'trialing' });
});

test('the clock of the exchange does not make signatures old', async () => {
  const late = await Subscriber.register(tradewire);
  const notice = paidNotice(await late.subscribe('pro'));
  await new Sandbox(tradewire).advanceClock(60 * 60 * 1_000);
  expect(await notify(tradewire, notice)).toEqual(RECEIVED);
  expect(await late.subscription()).toMatchObject({ plan: 'pro' });
  const tooLate = paidNotice(await late.subscribe('pro'));
  await new Sandbox(tradewire).advanceClock(24 * 60 * 60 * 1_000);
  expect(await notify(tradewire, tooLate)).toEqual({
    status: 410,
    body: { detail: 'Checkout session expired' },
  });
});

test('what does not fit the session is refused by name', async () => {
  const session = await subscriber.subscribe('pro');
  const notice = paidNotice(session);
  const mismatch = { status: 422, body: { detail: 'The payment is not what the checkout session asks for' } };
  expect(await notify(tradewire, { ...notice, amount: 0.01 })).toEqual(mismatch);
  expect(await notify(tradewire, { ...notice, currency: 'XAU' })).toEqual(mismatch);
  const unknown = { ...notice, session_id: randomUUID() };
  expect(await notify(tradewire, unknown)).toEqual({
    status: 404,
    body: { detail: 'Checkout session not found' },
  });
});

test('an event pays for one session only', async () => {
  const [one, other] = await Promise.all([Subscriber.register(tradewire), Subscriber.register(tradewire)]);
  const notice = paidNotice(await one.subscribe('basic'));
  expect(await notify(tradewire, notice)).toEqual(RECEIVED);
  const again = paidNotice(await other.subscribe('basic'), notice.id);
  expect(await notify(tradewire, again)).toEqual({
    status: 409,
    body: { detail: 'The event was used for another checkout session' },
  });
  expect(await other.subscription()).toMatchObject({ status: 'trialing' });
});

test('other notices are received, and nonsense is named', async () => {
  expect(await notify(tradewire, { id: '1', type: 'customer.created', anything: [] })).toEqual(RECEIVED);
  const deep = '['.repeat(100_000);
  const nonsense = ['', '{', '[]', 'null', '1', '{"id":1,"type":"checkout.completed"}', deep];
  for (const text of nonsense) {
    expect(await notify(tradewire, text), text.slice(0, 50)).toMatchObject({
      status: 400,
      body: { detail: expect.any(String) },
    });
  }
  expect((await notify(tradewire, '{')).body).toEqual({ detail: 'The body is not valid JSON' });
  expect((await notify(tradewire, deep)).body).toEqual({ detail: 'The JSON is nested too deeply' });
  const notice = paidNotice(await subscriber.subscribe('pro'));
  for (const wrong of [
    { session_id: '1' },
    { session_id: '-'.repeat(36) },
    { session_id: null },
    { amount: '30' },
    { id: 'x'.repeat(256) },
  ]) {
    expect((await notify(tradewire, { ...notice, ...wrong })).status).toBe(400);
  }
});

test('without Redis the provider is asked to come again', async () => {
  const redis = await RedisServer.start();
  const settings = { REDIS_URL: redis.url, BILLING_WEBHOOK_SECRET: WEBHOOK_SECRET, LOG_LEVEL: 'error' };
  const other = await Tradewire.start(settings);
  onTestFinished(async () => {
    redis.thaw();
    await other.stop();
    await redis.stop();
  });
  const notice = paidNotice({ session_id: randomUUID(), amount: 30, checkout_url: '', discount: 0 });
  redis.freeze();
  const answer = await notify(other, notice);
  expect([answer.status, Object.keys(answer.body as object)]).toEqual([503, ['detail']]);
});

test('without a given secret one is made, which only this user can read', async () => {
  const other = await Tradewire.start();
  onTestFinished(() => other.stop());
  const path = join(other.folder, 'data', 'webhook.key');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const secret = (await readFile(path, 'utf8')).trim();
  const payer = await Subscriber.register(other);
  const notice = JSON.stringify(paidNotice(await payer.subscribe('pro')));
  expect(await notify(other, notice, signature(notice, undefined, secret))).toEqual(RECEIVED);
  const elsewhere = JSON.stringify(paidNotice(await subscriber.subscribe('pro')));
  const { status } = await notify(other, elsewhere, signature(elsewhere, undefined, secret));
  expect(status, 'a session of another venue').toBe(404);
});
