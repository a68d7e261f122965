import { afterEach, expect, test } from 'vitest';
import { OriginPolicy } from '../../src/gateway/cors.js';
import type { Route } from '../../src/gateway/http.js';
import { until } from '../support/until.js';
import { RawSocket } from './raw-socket.js';
import { type RunningGateway, startGateway } from './running-gateway.js';

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
