import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { newUser, openCredentials } from '../identity/fresh-credentials.js';
import {
  answer,
  CLIENT_SECRET,
  type Grant,
  LocalProvider,
  newPerson,
  type Person,
  REDIRECT_URI,
} from '../identity/social/local-provider.js';
import { type Answer, Tradewire } from '../support/tradewire.js';
import {
  isGood,
  joinPapi,
  logInAtPapi,
  logInIn,
  newEmail,
  PASSWORD,
  post,
  postWith,
  refresh,
  register,
} from './people.js';
import { addKey } from './users.js';

const PROVIDERS = ['google', 'github'] as const;
type Name = (typeof PROVIDERS)[number];

let provider: LocalProvider;
let tradewire: Tradewire;

beforeAll(async () => {
  provider = await LocalProvider.start();
  tradewire = await Tradewire.start({
    ...provider.settings,
    PROVIDER_TIMEOUT_MS: '3000',
    LOG_LEVEL: 'error',
  });
});
afterAll(async () => {
  await tradewire.stop();
  await provider.stop();
});

function call(name: Name, grant: Grant, at = tradewire): Promise<Answer> {
  return post(at, `/auth/${name}/callback`, grant);
}

function logIn(name: Name, person: Person, at = tradewire): Promise<Answer> {
  return call(name, provider.agree(person), at);
}

function idIn({ status, body }: Answer): string {
  expect(status, JSON.stringify(body)).toBe(200);
  return (body as { user: { id: string } }).user.id;
}

function refusalIn({ status, body }: Answer): readonly [number, string] {
  return [status, (body as { error: { code: string } }).error.code];
}

describe.each(PROVIDERS)('log-in by %s', (name) => {
  test('makes an account at the first time, and finds it again', async () => {
    const person = newPerson();
    const first = await logIn(name, person);
    expect(first.body).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      user: {
        id: expect.stringMatching(/^usr_[0-9a-f]{32}$/),
        email: person.email.toLowerCase(),
        name: 'Jane Doe',
        avatar_url: 'https://pictures.example.com/1.png',
        role: 'user',
      },
    });
    const { accessToken, refreshToken } = logInIn(first);
    expect((await refresh(tradewire, refreshToken)).status).toBe(200);
    const { body } = await tradewire.ask('GET', '/v1/billing/subscription', undefined, accessToken);
    expect(body).toMatchObject({ status: 'trialing', plan: 'basic' });
    expect(idIn(await logIn(name, person))).toBe(idIn(first));
    const moved = { ...person, email: newEmail(), isVerified: false };
    expect(idIn(await logIn(name, moved)), 'the id decides, not the address').toBe(idIn(first));
  });

  test('joins the account with the same proven address, which keeps its password', async () => {
    const email = newEmail();
    const { accessToken } = await joinPapi(tradewire, email);
    const answered = await logIn(name, newPerson({ email }));
    expect(answered.body).toMatchObject({ user: { email, name: 'Ada' } });
    const byPassword = await post(tradewire, '/auth/login', { email, password: PASSWORD });
    expect(idIn(byPassword)).toBe(idIn(answered));
    expect(await isGood(tradewire, accessToken)).toBe(true);
  });

  test('takes an account whose address nobody had proven from whoever made it', async () => {
    const email = newEmail();
    const intruder = await register(tradewire, email);
    const { body } = await tradewire.ask('GET', '/v1/auth/me', undefined, intruder);
    const { id } = body as { id: string };
    const { key } = await addKey(tradewire, id, ['read', 'trade']);
    const owner = await logIn(name, newPerson({ email }));
    expect(idIn(owner)).toBe(`usr_${id.replaceAll('-', '')}`);
    expect(await isGood(tradewire, intruder), 'the log-in').toBe(false);
    expect(await isGood(tradewire, key), 'the key').toBe(false);
    for (const path of ['/auth/login', '/v1/auth/login']) {
      expect((await post(tradewire, path, { email, password: PASSWORD })).status, path).toBe(401);
    }
    expect(await isGood(tradewire, logInIn(owner).accessToken)).toBe(true);
  });

  test('by an address that is not verified there makes and takes over nothing', async () => {
    const email = newEmail();
    await joinPapi(tradewire, email);
    expect(refusalIn(await logIn(name, newPerson({ email, isVerified: false })))).toEqual([403, 'forbidden']);
    const nobody = newPerson({ isVerified: false });
    expect(refusalIn(await logIn(name, nobody))).toEqual([403, 'forbidden']);
    expect((await logIn(name, { ...nobody, isVerified: true })).status).toBe(200);
    expect(idIn(await logIn(name, newPerson({ email })))).toMatch(/^usr_/);
  });

  test('does not give an account to the next person with the address', async () => {
    const person = newPerson();
    const first = await logIn(name, person);
    const next = newPerson({ email: person.email });
    expect(refusalIn(await logIn(name, next))).toEqual([409, 'conflict']);
    expect(idIn(await logIn(name, person))).toBe(idIn(first));
  });

  test('several times at once makes one account', async () => {
    const person = newPerson();
    const answers = await Promise.all(Array.from({ length: 8 }, () => logIn(name, person)));
    expect(new Set(answers.map(idIn)).size).toBe(1);
  });

  test('refuses a used code, a wrong verifier and a wrong redirection in the family’s manner', async () => {
    const grant = provider.agree(newPerson());
    expect((await call(name, grant)).status).toBe(200);
    expect(refusalIn(await call(name, grant))).toEqual([400, 'bad_request']);
    const wrong = [
      { ...provider.agree(newPerson()), code_verifier: 'a-guess' },
      { ...provider.agree(newPerson()), redirect_uri: 'http://app.example.com/auth/callback' },
      { ...provider.agree(newPerson()), redirect_uri: 'javascript:alert(1)' },
      { ...provider.agree(newPerson()), redirect_uri: 'https://app.example.com@evil.example/' },
      { ...provider.agree(newPerson()), code_verifier: 'not allowed here' },
      { code: '', code_verifier: 'x', redirect_uri: REDIRECT_URI },
      { code: 'x'.repeat(3_000), code_verifier: 'x', redirect_uri: REDIRECT_URI },
      { code: 'x' },
    ] as Grant[];
    for (const request of wrong) {
      const refused = await call(name, request);
      expect(refusalIn(refused)).toEqual([400, 'bad_request']);
      if (request.code.length > 10) expect(JSON.stringify(refused.body)).not.toContain(request.code);
    }
  });

  test('says that the provider failed, and nothing of how', async () => {
    const path = `/${name}/token`;
    onTestFinished(() => void provider.overrides.delete(path));
    const failures: Parameters<typeof provider.overrides.set>[1][] = [
      (response) => answer(response, 500, { error: 'secret detail', client: CLIENT_SECRET }),
      (response) => response.end('<html>secret detail'),
      () => undefined,
    ];
    for (const fail of failures) {
      provider.overrides.set(path, fail);
      const failed = await logIn(name, newPerson());
      expect(failed.status).toBe(502);
      expect(JSON.stringify(failed.body)).not.toMatch(/secret|127\.0\.0\.1/);
    }
  });
});

test('both providers open one account where they vouch for one address', async () => {
  const email = newEmail();
  const google = await logIn('google', newPerson({ email }));
  expect(idIn(await logIn('github', newPerson({ email })))).toBe(idIn(google));
});

test('a suspended user stays out', async () => {
  const email = newEmail();
  const stores = await openCredentials(tradewire.venue);
  await stores.users.create(newUser({ email, status: 'SUSPENDED' }));
  stores.close();
  expect(refusalIn(await logIn('google', newPerson({ email })))).toEqual([403, 'forbidden']);
});

test('a page of another origin logs nobody in', async () => {
  const headers = { origin: 'https://evil.example' };
  const answered = await postWith(tradewire, '/auth/google/callback', headers, provider.agree(newPerson()));
  expect(refusalIn(answered)).toEqual([403, 'forbidden']);
});

test('the operator may list who comes in, and where they are sent back to', async () => {
  const listed = newEmail();
  const other = await Tradewire.start({
    ...provider.settings,
    SIGNUP_MODE: 'whitelist',
    SIGNUP_WHITELIST: listed,
    OAUTH_REDIRECT_URIS: REDIRECT_URI,
    GITHUB_CLIENT_ID: '',
  });
  onTestFinished(() => other.stop());
  expect((await logIn('google', newPerson({ email: listed }), other)).status).toBe(200);
  expect(refusalIn(await logIn('google', newPerson(), other))).toEqual([403, 'forbidden']);
  const elsewhere = provider.agree(newPerson({ email: listed }), `${REDIRECT_URI}/`);
  expect(refusalIn(await call('google', elsewhere, other))).toEqual([400, 'bad_request']);
  expect(refusalIn(await logIn('github', newPerson(), other)), 'off').toEqual([404, 'not_found']);
});

test('only so many log-ins wait for a provider', async () => {
  const other = await Tradewire.start({
    ...provider.settings,
    PROVIDER_LOG_INS_MAX: '1',
    PROVIDER_TIMEOUT_MS: '3000',
    LOG_LEVEL: 'error',
  });
  onTestFinished(async () => {
    provider.overrides.delete('/google/token');
    await other.stop();
  });
  provider.overrides.set('/google/token', () => undefined);
  const answers = await Promise.all([1, 2, 3].map(() => logIn('google', newPerson(), other)));
  provider.overrides.delete('/google/token');
  expect(answers.map(({ status }) => status).sort()).toEqual([502, 503, 503]);
  expect((await logIn('google', newPerson(), other)).status).toBe(200);
});

test('who came by a provider has no password to guess', async () => {
  const person = newPerson();
  await logIn('google', person);
  await expect(logInAtPapi(tradewire, person.email)).rejects.toThrow();
});
