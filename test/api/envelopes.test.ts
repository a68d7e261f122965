import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';

/** What a family says of a failure. */
type Envelope = (status: number, message: string, code?: string) => object;

const native: Envelope = (statusCode, message, code) => ({ statusCode, message, ...(code && { code }) });
const detail: Envelope = (_status, text) => ({ detail: text });
const papi: Envelope = (status, message) => ({
  error: { code: status === 404 ? 'not_found' : 'bad_request', message },
});
const oauth: Envelope = (status, error_description) => ({
  error: status === 404 ? 'not_found' : 'invalid_request',
  error_description,
});
const alpaca: Envelope = (status, message) => ({
  code: status === 404 ? 40_410_000 : status * 100_000,
  message,
});

/** A place that no route has, a route that takes JSON, and a method that the route does not have. */
interface Place {
  readonly family: string;
  readonly envelope: Envelope;
  readonly nowhere: string;
  readonly route: string;
  readonly otherMethod: string;
  /** False where bodies are no JSON. */
  readonly isJson: boolean;
}

const PLACES: readonly Place[] = [
  {
    family: 'paper',
    envelope: native,
    nowhere: '/v1/orders/a/b/c',
    route: '/v1/orders',
    otherMethod: 'PATCH',
    isJson: true,
  },
  {
    family: 'sandbox',
    envelope: native,
    nowhere: '/v1/sandbox/x',
    route: '/v1/sandbox/clock',
    otherMethod: 'PUT',
    isJson: true,
  },
  {
    family: 'paperexchange',
    envelope: detail,
    nowhere: '/v1/billing/x',
    route: '/v1/billing/subscribe',
    otherMethod: 'PUT',
    isJson: true,
  },
  {
    family: 'paperexchange',
    envelope: detail,
    nowhere: '/v1/exchanges/x',
    route: '/v1/auth/login',
    otherMethod: 'DELETE',
    isJson: true,
  },
  {
    family: 'papi',
    envelope: papi,
    nowhere: '/auth/x',
    route: '/auth/login',
    otherMethod: 'PUT',
    isJson: true,
  },
  {
    family: 'papi',
    envelope: papi,
    nowhere: '/polymarket/x',
    route: '/polymarket/orders',
    otherMethod: 'PATCH',
    isJson: true,
  },
  {
    family: 'oauth',
    envelope: oauth,
    nowhere: '/v1/oauth2/x',
    route: '/v1/oauth2/token',
    otherMethod: 'GET',
    isJson: false,
  },
  {
    family: 'alpaca',
    envelope: alpaca,
    nowhere: '/v2/x',
    route: '/v2/account',
    otherMethod: 'POST',
    isJson: false,
  },
  { family: 'none', envelope: native, nowhere: '/x', route: '/health', otherMethod: 'POST', isJson: false },
];

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start({ BODY_BYTES_MAX: '2048', CORS_ORIGINS: 'https://app.example.com' });
});
afterAll(() => tradewire.stop());

async function send(method: string, path: string, body?: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${tradewire.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${tradewire.apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, body: await response.json() };
}

describe.each(PLACES)('$family at $route', ({ envelope, nowhere, route, otherMethod, isJson }) => {
  test('says that there is nothing, or not in this way', async () => {
    expect(await send('GET', nowhere)).toEqual({ status: 404, body: envelope(404, 'Not found') });
    expect(await send(otherMethod, route)).toEqual({
      status: 405,
      body: envelope(405, 'Method not allowed'),
    });
  });

  test.runIf(isJson)('says that a body is too long, too deep, or none', async () => {
    expect(await send('POST', route, JSON.stringify('x'.repeat(2_048)))).toEqual({
      status: 413,
      body: envelope(413, 'The body may have at most 2048 bytes'),
    });
    expect(await send('POST', route, '['.repeat(33) + ']'.repeat(33))).toEqual({
      status: 400,
      body: envelope(400, 'The JSON is nested too deeply', 'INVALID_JSON'),
    });
    expect(await send('POST', route, '{"a":')).toEqual({
      status: 400,
      body: envelope(400, 'The body is not valid JSON', 'INVALID_JSON'),
    });
    expect((await send('POST', route, '['.repeat(32) + ']'.repeat(32))).body).not.toEqual(
      envelope(400, 'The JSON is nested too deeply', 'INVALID_JSON'),
    );
  });
});

test('a page of a listed origin may send every kind of credential, and read how it stands', async () => {
  const headers = { origin: 'https://app.example.com' };
  const preflight = await fetch(`${tradewire.url}/v2/account`, { method: 'OPTIONS', headers });
  const allowed = preflight.headers.get('access-control-allow-headers');
  for (const name of ['Authorization', 'X-API-Key', 'APCA-API-KEY-ID', 'APCA-API-SECRET-KEY']) {
    expect(allowed).toContain(name);
  }
  const exposed = (await fetch(`${tradewire.url}/v1/accounts`, { headers })).headers.get(
    'access-control-expose-headers',
  );
  for (const name of ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset', 'Retry-After']) {
    expect(exposed).toContain(name);
  }
});
