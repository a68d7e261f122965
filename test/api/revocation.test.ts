import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectTestRedis } from '../identity/fresh-credentials.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';
import { FOR_PEOPLE, newPerson } from './logged-in.js';
import { askToken, GRANT, newClient } from './oauth.js';

const CREDENTIAL_REVOKED = 4001;

let here: Tradewire;
let there: Tradewire;

beforeAll(async () => {
  here = await Tradewire.start(FOR_PEOPLE);
  there = await Tradewire.start({ ...FOR_PEOPLE, VENUE: here.venue });
});
afterAll(() => Promise.all([here.stop(), there.stop()]));

type Headers = Record<string, string>;

function bearer(secret: string): Headers {
  return { authorization: `Bearer ${secret}` };
}

async function statusAt(gateway: Tradewire, headers: Headers): Promise<number> {
  return (await fetch(`${gateway.url}/v1/accounts`, { headers })).status;
}

/** Opens a socket at both gateways, revokes at one of them, and waits until both sockets and all requests ended. */
async function expectEndedBy(revoke: () => Promise<{ status: number }>, headers: Headers): Promise<void> {
  const sockets = [here, there].map(({ streamUrl }) => new WebSocket(streamUrl, { headers }));
  const closed = sockets.map((socket) => once(socket, 'close'));
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  for (const gateway of [here, there]) expect(await statusAt(gateway, headers)).toBe(200);
  expect([200, 204]).toContain((await revoke()).status);
  for (const [code] of await Promise.all(closed)) expect(code).toBe(CREDENTIAL_REVOKED);
  for (const gateway of [here, there]) {
    await until('it is refused', async () => (await statusAt(gateway, headers)) === 401);
  }
}

test('an API key of PaperExchange ends at every gateway', async () => {
  const { token } = await newPerson(here);
  const { body } = await here.ask('POST', '/v1/auth/api-keys', { name: 'bot' }, token);
  const { api_key, id } = body as { api_key: string; id: string };
  const revoke = () => here.ask('DELETE', `/v1/auth/api-keys/${id}`, undefined, token);
  await expectEndedBy(revoke, bearer(api_key));
});

test('an API key of PAPI ends at every gateway, with the tokens that it bought', async () => {
  const { token } = await newPerson(here);
  const { body } = await there.ask('POST', '/account/api-keys', { name: 'bot' }, token);
  const { key, prefix } = body as { key: string; prefix: string };
  const bought = await here.ask('POST', '/v1/auth/token', { apiKey: key }, '');
  const revoke = () => here.ask('DELETE', `/account/api-keys/${prefix}`, undefined, token);
  await expectEndedBy(revoke, bearer((bought.body as { token: string }).token));
  expect(await statusAt(there, bearer(key))).toBe(401);
});

test('a key pair ends at every gateway', async () => {
  const { body } = await here.ask('POST', '/v1/credentials', { kind: 'KEY_PAIR', name: 'bot' });
  const { id, keyId, secretKey } = body as { id: string; keyId: string; secretKey: string };
  const headers = { 'apca-api-key-id': keyId, 'apca-api-secret-key': secretKey };
  await expectEndedBy(() => there.ask('DELETE', `/v1/credentials/${id}`), headers);
});

test('an OAuth client ends at every gateway, with its tokens', async () => {
  const { id, clientId, clientSecret = '' } = await newClient(here);
  const form = { grant_type: GRANT, client_id: clientId, client_secret: clientSecret };
  const { access_token = '' } = (await askToken(there, form)).body;
  await expectEndedBy(() => here.ask('DELETE', `/v1/credentials/${id}`), bearer(access_token));
  expect((await askToken(there, form)).status).toBe(401);
});

test('what one venue gave is refused by another on the same Redis, even under the same secret key', async () => {
  const other = await Tradewire.start(FOR_PEOPLE);
  try {
    const { token } = await newPerson(here);
    const pair = await here.ask('POST', '/v1/credentials', { kind: 'KEY_PAIR', name: 'bot' });
    const { keyId, secretKey } = pair.body as { keyId: string; secretKey: string };
    const { clientId, clientSecret = '' } = await newClient(here);
    const form = { grant_type: GRANT, client_id: clientId, client_secret: clientSecret };
    const { access_token = '' } = (await askToken(here, form)).body;
    const key = await here.ask('POST', '/v1/auth/api-keys', { name: 'bot' }, token);
    for (const headers of [
      bearer(token),
      bearer((key.body as { api_key: string }).api_key),
      bearer(access_token),
      { 'apca-api-key-id': keyId, 'apca-api-secret-key': secretKey },
    ]) {
      expect([await statusAt(here, headers), await statusAt(other, headers)]).toEqual([200, 401]);
    }
    expect(await askToken(other, form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  } finally {
    await other.stop();
  }
});

test.each([
  ['/v1/credentials', { kind: 'KEY_PAIR', name: 'bot' }],
  ['/v1/auth/api-keys', { name: 'bot' }],
  ['/account/api-keys', { name: 'bot' }],
])('a log-in that ends while it asks %s for a credential gets none', async (path, body) => {
  const { user, token } = await newPerson(here);
  expect(await statusAt(here, bearer(token))).toBe(200);
  const redis = await connectTestRedis();
  const records = `{tw:${here.venue}}:credentials`;
  const [[keyId]] = Object.entries(await redis.hgetall(records)).filter(([, text]) =>
    text.includes(user.userId),
  ) as [[string, string]];
  // Without an announcement: so it is when a request was let in just before.
  await redis.hdel(records, keyId);
  redis.disconnect();
  expect((await here.ask('POST', path, body, token)).status).toBe(401);
});
