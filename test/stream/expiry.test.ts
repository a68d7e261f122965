import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient } from '../support/stream-client.js';
import { Tradewire } from '../support/tradewire.js';

const DAY_MS = 86_400_000;

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

async function newToken(): Promise<string> {
  const { body } = await tradewire.ask('POST', '/v1/auth/token', { apiKey: tradewire.apiKey }, '');
  return (body as { token: string }).token;
}

test('a session ends with the token that it began with, on the exchange’s clock', async () => {
  const sandbox = new Sandbox(tradewire);
  const byKey = await StreamClient.connect(tradewire);
  const early = await StreamClient.connect(tradewire, await newToken());
  await sandbox.advanceClock(DAY_MS / 2);
  const late = await StreamClient.connect(tradewire, await newToken());
  await sandbox.advanceClock(DAY_MS / 2);
  expect(await early.closed).toEqual({ code: 4001, reason: 'the credential is expired' });
  for (const client of [byKey, late]) {
    expect(await client.call('ping')).toHaveProperty('serverTime');
    await client.close();
  }
});
