import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import type { Answer, Tradewire } from '../support/tradewire.js';

/** A mail as the sandbox shows it. */
export interface Mail {
  readonly to: string;
  readonly kind: 'verify_email' | 'reset_password';
  readonly subject: string;
  readonly token: string;
  readonly link: string;
  readonly sentAt: string;
}

/** A log-in at PAPI: its token, and the refresh token of its cookie. */
export interface PapiLogIn {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export const PASSWORD = 'correct horse battery staple';

export function newEmail(): string {
  return `${randomUUID()}@example.com`;
}

/** A request by nobody in particular. */
export function post(tradewire: Tradewire, path: string, body?: unknown): Promise<Answer> {
  return tradewire.ask('POST', path, body, '');
}

/** A request with headers of its own, such as cookies and an origin. */
export async function postWith(
  tradewire: Tradewire,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${tradewire.url}${path}`, {
    method: 'POST',
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { status, headers: given } = response;
  const answer = { status, headers: given, body: text === '' ? '' : JSON.parse(text) };
  const contentType = given.get('content-type') ?? '';
  (await tradewire.openApi()).check('POST', path, { ...answer, contentType });
  return answer;
}

/** All mails to an address, the newest first. */
export async function mailsTo(tradewire: Tradewire, email: string): Promise<readonly Mail[]> {
  const { status, body } = await tradewire.ask('GET', '/v1/sandbox/outbox');
  assert.equal(status, 200, JSON.stringify(body));
  return (body as { emails: Mail[] }).emails.filter(({ to }) => to === email);
}

/** The token of the newest mail to an address. */
export async function mailedToken(tradewire: Tradewire, email: string, kind: Mail['kind']): Promise<string> {
  const newest = (await mailsTo(tradewire, email)).find((mail) => mail.kind === kind);
  assert.ok(newest, `no mail to ${email}`);
  return newest.token;
}

/** Registers at PaperExchange; the access token. */
export async function register(
  tradewire: Tradewire,
  email = newEmail(),
  password = PASSWORD,
): Promise<string> {
  const { status, body } = await post(tradewire, '/v1/auth/register', { email, password });
  assert.equal(status, 200, JSON.stringify(body));
  return (body as { access_token: string }).access_token;
}

/** Signs up at PAPI and proves the address; the log-in that this gives. */
export async function joinPapi(
  tradewire: Tradewire,
  email = newEmail(),
  password = PASSWORD,
): Promise<PapiLogIn> {
  const signedUp = await post(tradewire, '/auth/signup', { email, password, name: 'Ada' });
  assert.equal(signedUp.status, 200, JSON.stringify(signedUp.body));
  const token = await mailedToken(tradewire, email, 'verify_email');
  return logInIn(await post(tradewire, '/auth/verify-email', { token }));
}

export async function logInAtPapi(
  tradewire: Tradewire,
  email: string,
  password = PASSWORD,
): Promise<PapiLogIn> {
  return logInIn(await post(tradewire, '/auth/login', { email, password }));
}

/** The log-in that an answer of PAPI holds. */
export function logInIn({ status, headers, body }: Answer): PapiLogIn {
  assert.equal(status, 200, JSON.stringify(body));
  return {
    accessToken: (body as { access_token: string }).access_token,
    refreshToken: /^refresh_token=([^;]*)/.exec(headers.get('set-cookie') ?? '')![1]!,
  };
}

export function refresh(tradewire: Tradewire, refreshToken: string): Promise<Answer> {
  return postWith(tradewire, '/auth/refresh', { cookie: `theme=dark; refresh_token=${refreshToken}` });
}

/** Whether a credential is accepted. */
export async function isGood(tradewire: Tradewire, credential: string): Promise<boolean> {
  const { status } = await tradewire.ask('GET', '/v1/accounts', undefined, credential);
  assert.ok(status === 200 || status === 401, `${status}`);
  return status === 200;
}
