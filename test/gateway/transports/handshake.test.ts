import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { OPERATIONS } from '../../../src/api/operations/operations-family.js';
import { streamRoute } from '../../../src/api/operations/operations-routes.js';
import { NO_LIMIT } from '../../../src/gateway/charging/request-standing.js';
import { OriginPolicy } from '../../../src/gateway/http/cors.js';
import type { ServerOptions } from '../../../src/gateway/server.js';
import type { AuthenticationResult } from '../../../src/identity/credentials/authenticator.js';
import { until } from '../../support/until.js';
import { handshake, RawSocket } from '../raw-socket.js';
import {
  addressLimits,
  authenticate,
  familyOf,
  KEY,
  OTHER_PORTFOLIO,
  PORTFOLIO,
  type RunningGateway,
  startGateway,
} from '../running-gateway.js';

let gateway: RunningGateway;

afterEach(() => gateway.server.stop(0));

const GATE: ServerOptions['gate'] = {
  authenticate,
  isOpen: () => true,
  portfolioRefused: () => undefined,
  forbiddenReason: () => null,
  recheck: () => undefined,
  unreadyReason: () => null,
  chargeHandshake: () => NO_LIMIT,
  chargeUnauthenticated: () => NO_LIMIT,
};

const BEARER = `Authorization: Bearer ${KEY}`;

/** Sends one handshake; resolves to the status and the whole answer. */
async function shake(path: string, ...headers: string[]): Promise<{ status: number; text: string }> {
  const client = await RawSocket.open(gateway.port);
  client.write(handshake(path, ...headers));
  await until('there is an answer', () => client.received.includes('\r\n\r\n'));
  const status = Number(client.received.split(' ')[1]);
  if (status === 101) await client.receives('hello');
  else await client.receives(`"statusCode":${status}`);
  client.socket.destroy();
  return { status, text: client.received };
}

test.each([[BEARER], [`X-API-Key: ${KEY}`], [`Sec-WebSocket-Protocol: tradewire.v1, bearer.${KEY}`]])(
  'accepts %s',
  async (header) => {
    gateway = await startGateway();
    const { status, text } = await shake('/v1/ws', header, 'X-Request-Id: mine');
    expect(status).toBe(101);
    expect(text.toLowerCase()).toContain('x-request-id: mine');
    expect(gateway.protocol.sessions[0]!.principal).toEqual({
      userId: 'user',
      portfolioId: PORTFOLIO,
      payingPortfolioId: PORTFOLIO,
      scopes: ['trade'],
      keyId: 'key',
      meterId: 'key',
      expiresAt: null,
    });
  },
);

test('chooses the subprotocol, and never echoes the token', async () => {
  gateway = await startGateway();
  const { text } = await shake('/v1/ws', `Sec-WebSocket-Protocol: bearer.${KEY}, tradewire.v1`);
  expect(text).toMatch(/sec-websocket-protocol: tradewire\.v1\r\n/i);
  expect(text).not.toContain(KEY);
});

test('refuses a missing and an unknown key with 401, readable by a common client', async () => {
  gateway = await startGateway();
  expect((await shake('/v1/ws')).status).toBe(401);
  expect((await shake('/v1/ws', 'X-API-Key: another')).text).toContain('The credential is not valid');
  const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/v1/ws`);
  const status = await new Promise((resolve) => {
    client.on('error', () => {});
    client.on('unexpected-response', (_request, response) => resolve(response.statusCode));
  });
  expect(status).toBe(401);
  client.terminate();
});

test('lets in no page of an origin that is not listed', async () => {
  gateway = await startGateway({ origins: new OriginPolicy(['https://app.example.com']) });
  for (const origin of [
    'https://evil.example',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com.evil.example',
    'https://app.example.com/',
    'null',
  ]) {
    const { status } = await shake('/v1/ws', BEARER, `Origin: ${origin}`);
    expect([origin, status]).toEqual([origin, 403]);
  }
  expect((await shake('/v1/ws', BEARER, 'Origin: https://app.example.com')).status).toBe(101);
});

test('acts on the portfolio named, if it is the user’s own', async () => {
  gateway = await startGateway({ gate: GATE });
  expect((await shake(`/v1/ws?portfolioId=${OTHER_PORTFOLIO}`, BEARER)).status).toBe(101);
  expect(gateway.protocol.sessions[0]!.principal.portfolioId).toBe(OTHER_PORTFOLIO);
  expect((await shake('/v1/ws?portfolioId=someone-elses', BEARER)).status).toBe(403);
});

test('answers 503 while not ready, and while the portfolio is not open', async () => {
  gateway = await startGateway({ gate: { ...GATE, unreadyReason: () => 'replaying the journal' } });
  expect((await shake('/v1/ws', BEARER)).text).toContain('replaying the journal');
  await gateway.server.stop(0);
  gateway = await startGateway({ gate: { ...GATE, isOpen: () => false } });
  expect((await shake('/v1/ws', BEARER)).status).toBe(503);
});

test('answers 403 while the owner may not trade, and says why', async () => {
  gateway = await startGateway({ gate: { ...GATE, forbiddenReason: () => 'Trial expired' } });
  const { status, text } = await shake('/v1/ws', BEARER);
  expect(status).toBe(403);
  expect(text).toContain('"message":"Trial expired"');
});

test('refuses more sessions than an address may have, and counts them down again', async () => {
  gateway = await startGateway({}, { sessionsPerAddressMax: 1 });
  const first = await RawSocket.open(gateway.port);
  first.write(handshake('/v1/ws', BEARER));
  await first.receives('hello');
  expect((await shake('/v1/ws', BEARER)).status).toBe(429);
  first.socket.destroy();
  await until('the session is gone', () => gateway.sessions.size === 0);
  expect((await shake('/v1/ws', BEARER)).status).toBe(101);
});

test('answers 503 when the check of the key hangs, and frees the connection’s place', async () => {
  const hung = () => new Promise<never>(() => {});
  const limits = { upgradeTimeoutMs: 20, sessionsPerAddressMax: 1 };
  gateway = await startGateway({ gate: { ...GATE, authenticate: hung } }, limits);
  expect((await shake('/v1/ws', BEARER)).text).toContain('could not be checked in time');
  expect((await shake('/v1/ws', BEARER)).status).toBe(503);
});

test('an address may try so many handshakes in a minute, and another goes on', async () => {
  const addresses = addressLimits({ handshakesPerAddressMax: 2 });
  const chargeHandshake = (address: string) => addresses.chargeHandshake(address);
  gateway = await startGateway({ gate: { ...GATE, chargeHandshake }, trustProxy: true });
  const from = async (address: string, ...headers: string[]) =>
    await shake('/v1/ws', `X-Forwarded-For: ${address}`, ...headers);
  expect((await from('192.0.2.1', BEARER)).status).toBe(101);
  expect((await from('::ffff:192.0.2.1')).status).toBe(401);
  const { status, text } = await from('192.0.2.1:4321', BEARER);
  expect(status).toBe(429);
  expect(text.toLowerCase()).toContain('retry-after: 60');
  expect((await from('192.0.2.2', BEARER)).status).toBe(101);
});

test('answers 503 when the check of the key fails', async () => {
  const failing = () => Promise.reject(new Error('Redis is away'));
  gateway = await startGateway({ gate: { ...GATE, authenticate: failing } });
  expect((await shake('/v1/ws', BEARER)).status).toBe(503);
});

test('a client that leaves while its key is checked leaves nothing behind', async () => {
  const checks: ((result: AuthenticationResult) => void)[] = [];
  const slow = () => new Promise<AuthenticationResult>((resolve) => checks.push(resolve));
  gateway = await startGateway(
    { gate: { ...GATE, authenticate: slow } },
    { sessionsPerAddressMax: 1, sessionsPerKeyMax: 1 },
  );
  for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
    const aborted = gateway.traffic.requestsByStatus.get('aborted') ?? 0;
    const client = await RawSocket.open(gateway.port);
    client.write(handshake('/v1/ws', BEARER));
    await until('the check has begun', () => checks.length === 1);
    client.socket[leave]();
    const hasLeft = () => gateway.traffic.requestsByStatus.get('aborted') === aborted + 1;
    await until('the server has seen it leave', hasLeft);
    checks.pop()!(await authenticate({ secret: KEY }));
  }
  const survivor = await RawSocket.open(gateway.port);
  survivor.write(handshake('/v1/ws', BEARER));
  await until('the check has begun', () => checks.length === 1);
  checks.pop()!(await authenticate({ secret: KEY }));
  await survivor.receives('hello');
  expect(gateway.sessions.size).toBe(1);
  survivor.socket.destroy();
});

test('a plain request to the stream is told what a handshake would be', async () => {
  const ended = new Set<string>();
  const forbiddenReason = (portfolioId: string) => (ended.has(portfolioId) ? 'Trial expired' : null);
  const addresses = addressLimits({ handshakesPerAddressMax: 1 });
  const standingOf = (address: string) => addresses.handshakeStanding(address);
  const route = streamRoute(familyOf(OPERATIONS), '/v1/ws', standingOf, forbiddenReason);
  gateway = await startGateway({ routes: [route] });
  const statusOf = async (query: string, key: string) => {
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(`http://127.0.0.1:${gateway.port}/v1/ws${query}`, { headers });
    return [answer.status, ((await answer.json()) as { message: string }).message];
  };
  expect(await statusOf('', KEY)).toEqual([426, 'Connect with a WebSocket']);
  expect(await statusOf('', 'another')).toEqual([401, 'The credential is not valid']);
  expect((await statusOf('?portfolioId=someone-elses', KEY))[0]).toBe(403);
  ended.add(OTHER_PORTFOLIO);
  expect(await statusOf(`?portfolioId=${OTHER_PORTFOLIO}`, KEY)).toEqual([403, 'Trial expired']);
  addresses.chargeHandshake('127.0.0.1');
  const headers = { authorization: `Bearer ${KEY}` };
  const limited = await fetch(`http://127.0.0.1:${gateway.port}/v1/ws`, { headers });
  expect(limited.status).toBe(429);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
});
