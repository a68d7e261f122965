import { afterEach, expect, test } from 'vitest';
import { OriginPolicy } from '../../../src/gateway/http/cors.js';
import type { FamilyEnvelope } from '../../../src/gateway/http/envelope.js';
import type { Route } from '../../../src/gateway/http/http.js';
import { until } from '../../support/until.js';
import { RawSocket } from '../raw-socket.js';
import { addressLimits, type RunningGateway, startGateway } from '../running-gateway.js';

let gateway: RunningGateway | null = null;

afterEach(async () => {
  await gateway?.server.stop(0);
  gateway = null;
});

const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/v1/things/:id', handle: ({ params }) => ok({ id: params['id'] }) },
  { method: 'POST', path: '/v1/things', handle: ({ text }) => ok({ text }) },
  { method: 'DELETE', path: '/v1/things/all', handle: () => ({ status: 204, body: null }) },
  { method: 'GET', path: '/throws', handle: () => fail() },
  { method: 'GET', path: '/rejects', handle: async () => fail() },
  { method: 'GET', path: '/hangs', handle: () => new Promise<never>(() => {}) },
  { method: 'GET', path: '/address', handle: ({ address }) => ok({ address }) },
];

function ok(value: unknown) {
  return { status: 200, body: JSON.stringify(value) };
}

function fail(): never {
  throw new Error('a bug');
}

async function start(...args: Parameters<typeof startGateway>): Promise<RunningGateway> {
  gateway = await startGateway({ routes: ROUTES, ...args[0] }, args[1]);
  return gateway;
}

function call(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`http://127.0.0.1:${gateway!.port}${path}`, init);
}

test('finds routes, and decodes their parameters', async () => {
  await start();
  expect(await (await call('/v1/things/a%20b?x=1')).json()).toEqual({ id: 'a b' });
  expect((await call('/v1/things/%E0%A4')).status).toBe(404);
});

test('answers unknown paths and methods in the envelope of their family', async () => {
  const envelope = (status: number, message: string) => JSON.stringify({ detail: `${status} ${message}` });
  await start({ envelopes: [{ prefix: '/v1/things', envelope }] });
  expect(await (await call('/v1/things/a/b')).json()).toEqual({ detail: '404 Not found' });
  expect(await (await call('/v1/thingsandmore')).json()).toEqual({ statusCode: 404, message: 'Not found' });
  const wrongMethod = await call('/v1/things/a', { method: 'PUT' });
  expect(wrongMethod.status).toBe(405);
  expect(wrongMethod.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  expect(await wrongMethod.json()).toEqual({ detail: '405 Method not allowed' });
});

test('a literal segment wins over a named one, whose methods are still there', async () => {
  await start();
  expect((await call('/v1/things/all', { method: 'DELETE' })).status).toBe(204);
  expect(await (await call('/v1/things/all')).json()).toEqual({ id: 'all' });
  expect((await call('/v1/things/all', { method: 'PUT' })).headers.get('allow')).toBe(
    'DELETE, GET, HEAD, OPTIONS',
  );
});

test('answers HEAD without a body, and OPTIONS with the methods', async () => {
  await start();
  const head = await call('/v1/things/a', { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
  const options = await call('/v1/things/a', { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
});

test('an answer without a body tells no length, and the connection goes on', async () => {
  await start();
  const client = await RawSocket.open(gateway!.port);
  client.write('OPTIONS /v1/things/a HTTP/1.1\r\nHost: test\r\n\r\n');
  client.write('DELETE /v1/things/all HTTP/1.1\r\nHost: test\r\n\r\n');
  client.write('GET /v1/things/after HTTP/1.1\r\nHost: test\r\n\r\n');
  await client.receives('{"id":"after"}');
  expect(client.received.match(/^content-length.*$/gim)).toEqual([
    expect.stringMatching(/^content-length: 14\r?$/i),
  ]);
  client.socket.destroy();
});

test('gives every answer a request id: the client’s own, or a new one', async () => {
  await start();
  const own = await call('/nowhere', { headers: { 'x-request-id': 'bot_7.a-Z' } });
  expect(own.headers.get('x-request-id')).toBe('bot_7.a-Z');
  const hostile = await call('/v1/things/a', { headers: { 'x-request-id': 'a b' } });
  expect(hostile.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('an empty body announced as JSON is fine on GET and DELETE', async () => {
  await start();
  const headers = { 'content-type': 'application/json' };
  expect((await call('/v1/things/a', { headers })).status).toBe(200);
  expect((await call('/v1/things/all', { method: 'DELETE', headers })).status).toBe(204);
});

test('answers 413 so that a client which first writes everything can read it', async () => {
  await start({}, { bodyBytesMax: 1_000 });
  const client = await RawSocket.open(gateway!.port);
  const bytes = 5_000_000;
  client.write(`POST /v1/things HTTP/1.1\r\nHost: test\r\nContent-Length: ${bytes}\r\n\r\n`);
  client.write(Buffer.alloc(bytes, 'a'));
  client.write('GET /v1/things/after HTTP/1.1\r\nHost: test\r\n\r\n');
  await client.receives('413 Payload Too Large');
  await client.receives('{"id":"after"}');
  client.socket.destroy();
  const chunked = await call('/v1/things', { method: 'POST', body: `"${'a'.repeat(999)}"` });
  expect(chunked.status).toBe(413);
  const fitting = await call('/v1/things', { method: 'POST', body: `"${'a'.repeat(998)}"` });
  expect(await fitting.json()).toEqual({ text: `"${'a'.repeat(998)}"` });
});

/** The head of a request from an address, and the beginning of its body. */
async function beginBody(address: string, announced: number, sent: number): Promise<RawSocket> {
  const client = await RawSocket.open(gateway!.port);
  const lines = ['POST /v1/things HTTP/1.1', 'Host: test', `X-Forwarded-For: ${address}`];
  client.write(`${lines.join('\r\n')}\r\nContent-Length: ${announced}\r\n\r\n${'a'.repeat(sent)}`);
  return client;
}

test('unfinished bodies of one address, or of all, fill no more than their room', async () => {
  const limits = { bodyBytesMax: 1_000, addressBodiesBytesMax: 2_500, bodiesBytesMax: 4_000 };
  await start({ trustProxy: true }, limits);
  const from = (address: string) => {
    const headers = { 'x-forwarded-for': address };
    return call('/v1/things', { method: 'POST', body: 'a'.repeat(900), headers });
  };
  const first = [await beginBody('192.0.2.1', 1_000, 900), await beginBody('192.0.2.1', 1_000, 900)];
  await until('the address has no room', async () => (await from('192.0.2.1')).status === 429);
  expect((await from('192.0.2.2')).status).toBe(200);
  const second = [await beginBody('192.0.2.2', 1_000, 900), await beginBody('192.0.2.2', 1_000, 900)];
  await until('nobody has room', async () => (await from('192.0.2.3')).status === 503);
  expect(await (await from('192.0.2.3')).json()).toMatchObject({ statusCode: 503, code: 'OVERLOADED' });
  expect((await call('/v1/things/a')).status).toBe(200);
  first[0]!.socket.destroy();
  first[1]!.write('b'.repeat(100));
  await first[1]!.receives(`${'a'.repeat(900)}${'b'.repeat(100)}`);
  await until('there is room again', async () => (await from('192.0.2.1')).status === 200);
  for (const { socket } of [...first, ...second]) socket.destroy();
});

test('a body that comes byte by byte is whole', async () => {
  await start();
  const client = await RawSocket.open(gateway!.port);
  client.write('POST /v1/things HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n');
  const text = Array.from({ length: 3_000 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');
  client.write(`${[...text].map((char) => `1\r\n${char}\r\n`).join('')}0\r\n\r\n`);
  await client.receives(JSON.stringify({ text }));
  client.socket.destroy();
});

test('a body that does not come to its end is answered 408, and its connection closed', async () => {
  await start({}, { bodyTimeoutMs: 50 });
  for (const sent of [0, 10]) {
    const client = await beginBody('192.0.2.1', 1_000, sent);
    await client.receives('408 Request Timeout');
    await until('it is closed', () => client.isClosed);
  }
});

test('what no route answers is counted by address, and told in the manner of the family', async () => {
  const envelope = (status: number, message: string) => JSON.stringify({ detail: `${status} ${message}` });
  const addresses = addressLimits({ publicRequestsMax: 3 });
  const envelopes: FamilyEnvelope[] = [
    { prefix: '/v1/things', envelope, isResetInEpoch: true },
    { prefix: '/free', envelope, isMetered: false },
  ];
  await start({ addresses, envelopes }, { bodyBytesMax: 1_000 });
  const strays = [
    await call('/nowhere'),
    await call('/v1/things/a', { method: 'PUT' }),
    await call('/v1/things', { method: 'POST', body: 'a'.repeat(1_001) }),
    await call('/nowhere'),
    await call('/v1/things/a', { method: 'PUT' }),
  ];
  expect(strays.map(({ status }) => status)).toEqual([404, 405, 413, 429, 429]);
  expect(strays.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual([
    '2',
    '1',
    '0',
    '0',
    '0',
  ]);
  expect(strays[1]!.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  expect(await strays[3]!.json()).toMatchObject({ statusCode: 429, limit: 3, remaining: 0 });
  expect(Number(strays[3]!.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect(await strays[4]!.json()).toEqual({ detail: '429 Rate limit exceeded' });
  expect(Number(strays[4]!.headers.get('x-ratelimit-reset'))).toBeGreaterThan(1_000_000);
  expect((await call('/free/nowhere')).headers.get('x-ratelimit-limit')).toBeNull();
  expect((await call('/v1/things/a')).status).toBe(200);
});

test.each(['/throws', '/rejects'])('%s answers 500, is logged, and harms nobody else', async (path) => {
  await start();
  const failed = await call(path, { headers: { 'x-request-id': 'find-me' } });
  expect(failed.status).toBe(500);
  expect(await failed.json()).toEqual({ statusCode: 500, message: 'Internal error', code: 'INTERNAL' });
  expect(gateway!.logged.join('')).toContain('find-me');
  expect((await call('/v1/things/a')).status).toBe(200);
});

test('answers 504 for a handler that never settles', async () => {
  await start({}, { handlerTimeoutMs: 20 });
  const late = await call('/hangs');
  expect(late.status).toBe(504);
  expect(await late.json()).toMatchObject({ code: 'UNKNOWN_OUTCOME' });
});

test('a client that leaves before the answer does no harm', async () => {
  let finish: () => void = () => {};
  const handled = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const route: Route = {
    method: 'GET',
    path: '/slow',
    handle: async () => {
      await handled;
      return ok('late');
    },
  };
  await start({ routes: [...ROUTES, route] });
  const client = await RawSocket.open(gateway!.port);
  client.write('GET /slow HTTP/1.1\r\nHost: test\r\n\r\n');
  client.socket.end();
  client.socket.destroy();
  await until('the server has seen it leave', () => gateway!.traffic.requestsByStatus.get('aborted') === 1);
  finish();
  expect((await call('/v1/things/a')).status).toBe(200);
});

test('lets the pages of listed origins read answers, and no others', async () => {
  await start({ origins: new OriginPolicy(['https://app.example.com']) });
  const from = async (origin: string, init: RequestInit = {}) =>
    (await call('/v1/things/a', { ...init, headers: { origin } })).headers;
  const listed = await from('https://app.example.com');
  expect(listed.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(listed.get('vary')).toBe('Origin');
  const preflight = await from('https://app.example.com', { method: 'OPTIONS' });
  expect(preflight.get('access-control-allow-methods')).toContain('GET');
  const unlisted = await from('https://app.example.com.evil.example', { method: 'OPTIONS' });
  expect(unlisted.get('access-control-allow-origin')).toBeNull();
  expect(unlisted.get('access-control-allow-methods')).toBeNull();
});

test('believes X-Forwarded-For only behind a proxy, and then its last entry', async () => {
  const headers = { 'x-forwarded-for': '10.9.9.9, 203.0.113.7' };
  await start();
  expect(await (await call('/address', { headers })).json()).toEqual({ address: '127.0.0.1' });
  await gateway!.server.stop(0);
  await start({ trustProxy: true });
  expect(await (await call('/address', { headers })).json()).toEqual({ address: '203.0.113.7' });
});

test('sends the security headers', async () => {
  await start();
  const { headers } = await call('/v1/things/a');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-store');
});

test('refuses a port that is taken', async () => {
  const { port } = await start();
  await expect(startGateway({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
});

test('answers what is in flight before it stops', async () => {
  let finish: (reply: { status: number; body: string }) => void = () => {};
  const reply = new Promise<{ status: number; body: string }>((resolve) => {
    finish = resolve;
  });
  let isReached = false;
  const route: Route = {
    method: 'GET',
    path: '/slow',
    handle: () => {
      isReached = true;
      return reply;
    },
  };
  const { server } = await start({ routes: [route] });
  const response = call('/slow');
  await until('the handler was reached', () => isReached);
  const stopped = server.stop(10_000);
  await expect(call('/slow')).rejects.toThrow();
  finish(ok('in time'));
  expect(await (await response).json()).toBe('in time');
  await stopped;
  gateway = null;
});
