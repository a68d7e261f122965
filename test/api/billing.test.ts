import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Subscriber } from '../billing/subscriber.js';
import { Sandbox } from '../support/sandbox.js';
import { Tradewire } from '../support/tradewire.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

test('a subscription begins as a trial', async () => {
  const subscriber = await Subscriber.register(tradewire);
  const subscription = await subscriber.subscription();
  expect(subscription).toEqual({
    status: 'trialing',
    plan: 'basic',
    current_period_start: expect.stringMatching(INSTANT),
    current_period_end: expect.stringMatching(INSTANT),
    days_remaining: 3,
    features: { balance: 10_000, api_keys: 3, rate_limit: 200, history_days: 30 },
  });
});

test('whoever is met for the first time finds their portfolio open, with the balance of their plan', async () => {
  const subscriber = await Subscriber.register(tradewire);
  const path = `/v1/accounts/portfolios/${subscriber.portfolioId}/margin-eligibility`;
  const answers = await Promise.all([1, 2, 3].map(() => subscriber.ask('GET', path)));
  for (const { status, body } of answers) expect(status, JSON.stringify(body)).toBe(200);
  expect(await subscriber.balance()).toBe(10_000);
});

test('a checkout is offered as the documents print it, with the first month for less', async () => {
  const subscriber = await Subscriber.register(tradewire);
  const response = await fetch(`${tradewire.url}/v1/billing/subscribe`, {
    method: 'POST',
    headers: { authorization: `Bearer ${subscriber.key}`, 'content-type': 'application/json' },
    body: '{"plan":"pro"}',
  });
  const text = await response.text();
  expect(text).toContain('"amount":30.00,"original_amount":50.00,"discount":20.00,"currency":"USD"');
  const { session_id, checkout_url } = JSON.parse(text) as { session_id: string; checkout_url: string };
  expect(session_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(checkout_url.endsWith(`/v1/billing/checkout/${session_id}`)).toBe(true);
  expect(await subscriber.subscribe('basic')).toMatchObject({ amount: 12, original_amount: 20, discount: 8 });
});

test.each([
  ['https://pay.example/checkout', '/'],
  ['https://pay.example/checkout?session=', ''],
])('at the provider %s the session is appended with "%s" between', async (place, separator) => {
  const other = await Tradewire.start({ CHECKOUT_URL: place });
  onTestFinished(() => other.stop());
  const { checkout_url, session_id } = await (await Subscriber.register(other)).subscribe('pro');
  expect(checkout_url).toBe(`${place}${separator}${session_id}`);
});

test('a plan that cannot be bought is refused by name', async () => {
  const subscriber = await Subscriber.register(tradewire);
  for (const body of [{}, { plan: 'unlimited' }, { plan: 'gold' }, { plan: ['pro'] }, []]) {
    const answer = await subscriber.ask('POST', '/v1/billing/subscribe', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ detail: expect.any(String) });
  }
  expect((await tradewire.ask('POST', '/v1/billing/subscribe', { plan: 'pro' }, '')).body).toEqual({
    detail: 'API key required',
  });
});

test('a payment in the sandbox brings the plan at once, and leaves the balance as it is', async () => {
  const subscriber = await Subscriber.register(tradewire);
  const { session_id: sessionId } = await subscriber.subscribe('pro');
  const paid = await tradewire.ask('POST', '/v1/sandbox/billing/complete', { sessionId });
  expect(paid).toMatchObject({
    status: 200,
    body: { sessionId, userId: subscriber.userId, plan: 'pro', status: 'completed' },
  });
  const subscription = await subscriber.subscription();
  expect(subscription).toMatchObject({ status: 'active', plan: 'pro', features: { balance: 100_000 } });
  await tradewire.ask('POST', '/v1/sandbox/billing/complete', { sessionId });
  expect(await subscriber.subscription()).toEqual(subscription);
  expect(await subscriber.balance()).toBe(10_000);
});

test('the discount is had once, also by who opened several sessions before', async () => {
  const subscriber = await Subscriber.register(tradewire);
  const other = await subscriber.subscribe('pro');
  await subscriber.pay('pro');
  expect(await subscriber.subscribe('pro')).toMatchObject({ amount: 50, discount: 0 });
  const answer = await tradewire.ask('POST', '/v1/sandbox/billing/complete', { sessionId: other.session_id });
  expect(answer).toMatchObject({ status: 410, body: { message: 'Checkout session expired' } });
});

test('a lower plan is not offered while a better one is on', async () => {
  const subscriber = await Subscriber.register(tradewire);
  await subscriber.pay('pro');
  const { status, body } = await subscriber.ask('POST', '/v1/billing/subscribe', { plan: 'basic' });
  expect([status, body]).toEqual([409, { detail: 'A better plan is active; wait until it ends' }]);
});

test('the demo user has nothing to pay', async () => {
  const subscription = (await tradewire.ask('GET', '/v1/billing/subscription')).body;
  expect(subscription).toMatchObject({
    ...{ status: 'active', plan: 'unlimited', current_period_end: null, days_remaining: null },
    features: { balance: 1_000_000, rate_limit: null },
  });
  expect((await tradewire.ask('POST', '/v1/billing/subscribe', { plan: 'pro' })).status).toBe(409);
});

test('the sandbox is for admins, and knows which sessions there are', async () => {
  const subscriber = await Subscriber.register(tradewire);
  const { session_id: sessionId } = await subscriber.subscribe('pro');
  const path = '/v1/sandbox/billing/complete';
  expect((await subscriber.ask('POST', path, { sessionId })).status).toBe(403);
  expect((await tradewire.ask('POST', path, { sessionId }, '')).status).toBe(401);
  expect(await tradewire.ask('POST', path, { sessionId: randomUUID() })).toMatchObject({
    status: 404,
    body: { statusCode: 404, message: 'Checkout session not found' },
  });
  for (const sessionId of [1, '-'.repeat(36)]) {
    expect((await tradewire.ask('POST', path, { sessionId })).status).toBe(400);
  }
});

test('the page of a checkout says what to do, and can do nothing', async () => {
  const subscriber = await Subscriber.register(tradewire);
  const { session_id } = await subscriber.subscribe('pro');
  const path = `/v1/billing/checkout/${session_id}`;
  const open = await tradewire.ask('GET', path, undefined, '');
  expect(open.status).toBe(200);
  expect(open.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(open.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  );
  expect(open.body).toContain('30.00 USD');
  expect(open.body).toContain(session_id);
  await tradewire.ask('POST', '/v1/sandbox/billing/complete', { sessionId: session_id });
  expect((await tradewire.ask('GET', path, undefined, '')).body).toContain('It is paid');
  for (const wrong of [randomUUID(), '%3Cscript%3E', 'x'.repeat(2_000)]) {
    const { status, body } = await tradewire.ask('GET', `/v1/billing/checkout/${wrong}`, undefined, '');
    expect([status, body]).toEqual([404, { detail: 'Checkout session not found' }]);
  }
});

test('only so many sessions are open at once, and they make room when they are over', async () => {
  const subscriber = await Subscriber.register(tradewire);
  const first = await subscriber.subscribe('pro');
  for (let count = 2; count <= 10; count++) await subscriber.subscribe('pro');
  const { status, body } = await subscriber.ask('POST', '/v1/billing/subscribe', { plan: 'pro' });
  expect([status, body]).toEqual([429, { detail: 'Too many open checkout sessions' }]);
  await new Sandbox(tradewire).advanceClock(24 * 60 * 60 * 1_000);
  await subscriber.subscribe('pro');
  const late = await tradewire.ask('POST', '/v1/sandbox/billing/complete', { sessionId: first.session_id });
  expect(late.status).toBe(410);
  const page = await tradewire.ask('GET', `/v1/billing/checkout/${first.session_id}`, undefined, '');
  expect(page.body).toContain('This session is over');
});
