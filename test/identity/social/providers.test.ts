import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GitHub } from '../../../src/identity/social/github.js';
import { Google } from '../../../src/identity/social/google.js';
import type { IdentityProvider, ProfileResult } from '../../../src/identity/social/identity-provider.js';
import { ProviderHttp } from '../../../src/identity/social/provider-http.js';
import { answer, CLIENT_ID, CLIENT_SECRET, type Grant, LocalProvider, newPerson } from './local-provider.js';

const TIMEOUT_MS = 1_000;

let provider: LocalProvider;
let google: IdentityProvider;
let github: IdentityProvider;

beforeEach(async () => {
  provider = await LocalProvider.start();
  const { url } = provider;
  const http = new ProviderHttp(TIMEOUT_MS);
  const client = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
  google = new Google(
    { ...client, tokenUrl: `${url}/google/token`, jwksUrl: `${url}/google/keys`, issuer: url },
    http,
  );
  github = new GitHub(
    {
      ...client,
      tokenUrl: `${url}/github/token`,
      userUrl: `${url}/github/user`,
      emailsUrl: `${url}/github/emails`,
    },
    http,
  );
});
afterEach(() => provider.stop());

function ask(of: IdentityProvider, { code, code_verifier, redirect_uri }: Grant): Promise<ProfileResult> {
  return of.profileOf({ code, codeVerifier: code_verifier, redirectUri: redirect_uri });
}

function faultOf(result: ProfileResult): string | null {
  return 'fault' in result ? result.fault : null;
}

test.each(['google', 'github'] as const)('%s tells who somebody is', async (name) => {
  const person = newPerson();
  const result = await ask(name === 'google' ? google : github, provider.agree(person));
  expect(result).toEqual({
    profile: {
      provider: name,
      subject: person.subject,
      verifiedEmail: person.email.toLowerCase(),
      name: 'Jane Doe',
      avatarUrl: 'https://pictures.example.com/1.png',
    },
  });
});

describe.each(['google', 'github'] as const)('%s', (name) => {
  const of = () => (name === 'google' ? google : github);

  test('vouches for no address that is not verified there', async () => {
    const result = await ask(of(), provider.agree(newPerson({ isVerified: false })));
    expect(result).toMatchObject({ profile: { verifiedEmail: null } });
  });

  test('takes a code once, and only with its verifier and redirection', async () => {
    const grant = provider.agree(newPerson());
    expect(faultOf(await ask(of(), grant))).toBeNull();
    expect(faultOf(await ask(of(), grant))).toBe('CODE_REFUSED');
    const stolen = { ...provider.agree(newPerson()), code_verifier: 'a-guess' };
    expect(faultOf(await ask(of(), stolen))).toBe('CODE_REFUSED');
    const misled = { ...provider.agree(newPerson()), redirect_uri: 'https://evil.example' };
    expect(faultOf(await ask(of(), misled))).toBe('CODE_REFUSED');
  });

  test('that fails, stalls, floods, or sends elsewhere is not believed', async () => {
    const path = `/${name}/token`;
    const failures = {
      fails: (response) => answer(response, 500, { error: 'internal' }),
      'is misconfigured': (response) => answer(response, 401, { error: 'invalid_client' }),
      'says nothing': (response) => answer(response, 200, {}),
      'says null': (response) => answer(response, 200, null),
      'speaks no JSON': (response) => response.end('<html>'),
      'hangs up': (response) => response.destroy(),
      stalls: () => undefined,
      'stalls in the middle': (response) => response.write('{"id_token":"'),
      redirects: (response) => response.writeHead(302, { location: `${provider.url}/elsewhere` }).end(),
      'redirects with the request': (response) =>
        response.writeHead(307, { location: `${provider.url}/elsewhere` }).end(),
      floods: (response) => {
        const more = () => {
          while (!response.destroyed && response.write(' '.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      },
    } satisfies Record<string, (response: Parameters<typeof answer>[0]) => unknown>;
    for (const [what, fail] of Object.entries(failures)) {
      provider.overrides.set(path, fail);
      expect(faultOf(await ask(of(), provider.agree(newPerson()))), what).toBe('FAILED');
    }
    expect(provider.paths).not.toContain('/elsewhere');
  });
});

describe('an ID token', () => {
  async function refused(what: string): Promise<void> {
    expect(faultOf(await ask(google, provider.agree(newPerson()))), what).toBe('FAILED');
  }

  test('that is for others, of others, old, or early is refused', async () => {
    const nowS = Math.floor(Date.now() / 1_000);
    const wrong: Record<string, JWTPayload> = {
      'another audience': { aud: 'another-client' },
      'several audiences, issued to another': { aud: [CLIENT_ID, 'another-client'], azp: 'another-client' },
      'several audiences, issued to nobody': { aud: [CLIENT_ID, 'x'], azp: undefined as unknown as string },
      'no audience': { aud: undefined as unknown as string },
      'issued to another': { azp: 'another-client' },
      'another issuer': { iss: 'https://accounts.example.com' },
      'no issuer': { iss: undefined as unknown as string },
      expired: { exp: nowS - 60 },
      'without an end': { exp: undefined as unknown as number },
      'issued long ago': { iat: nowS - 3_600 },
      'not yet good': { nbf: nowS + 3_600 },
      'without a subject': { sub: undefined as unknown as string },
      'with an empty subject': { sub: '' },
    };
    for (const [what, claims] of Object.entries(wrong)) {
      provider.claims = claims;
      await refused(what);
    }
  });

  test('that is not signed by the provider’s own key is refused', async () => {
    const stranger = await generateKeyPair('RS256', { extractable: true });
    const publicKey = new TextEncoder().encode(await provider.publicKeyText());
    const header = { alg: 'RS256', kid: 'key-1' };
    const forgeries: Record<string, (claims: JWTPayload) => Promise<string>> = {
      'no algorithm': async (claims) => new UnsecuredJWT(claims).encode(),
      'the public key as a shared secret': (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'key-1' }).sign(publicKey),
      'a stranger’s key under the same id': (claims) =>
        new SignJWT(claims).setProtectedHeader(header).sign(stranger.privateKey),
      'a stranger’s key that comes along': async (claims) =>
        new SignJWT(claims)
          .setProtectedHeader({ ...header, jku: `${provider.url}/elsewhere` })
          .sign(stranger.privateKey),
      'an unknown key': (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-2' }).sign(stranger.privateKey),
      'PS256, which Google does not use': (claims) =>
        generateKeyPair('PS256').then(({ privateKey }) =>
          new SignJWT(claims).setProtectedHeader({ alg: 'PS256', kid: 'key-1' }).sign(privateKey),
        ),
      nonsense: async () => 'a.b.c',
    };
    for (const [what, forge] of Object.entries(forgeries)) {
      provider.forge = forge;
      await refused(what);
    }
    expect(provider.paths).not.toContain('/elsewhere');
    // Unknown key ids do not have the keys fetched over and over.
    expect(provider.paths.filter((path) => path === '/google/keys')).toHaveLength(1);
  });

  test('cannot be checked while the keys are not to be had', async () => {
    provider.overrides.set('/google/keys', (response) => response.end(' '.repeat(1_000_000)));
    await refused('keys that do not end');
    provider.overrides.set('/google/keys', (response) =>
      response.writeHead(302, { location: `${provider.url}/elsewhere` }).end(),
    );
    await refused('keys elsewhere');
    provider.overrides.clear();
    expect(faultOf(await ask(google, provider.agree(newPerson())))).toBeNull();
  });

  test('says whose address is verified only by a true true', async () => {
    for (const email_verified of ['true', 1, null, 'yes']) {
      provider.claims = { email_verified };
      const result = await ask(google, provider.agree(newPerson()));
      expect(result).toMatchObject({ profile: { verifiedEmail: null } });
    }
  });
});

test('what a person may write is cut to what is shown', async () => {
  provider.claims = {
    name: ` \u0000${'x'.repeat(1_000)}`,
    picture: 'javascript:alert(1)',
    email: 'no address',
  };
  const result = await ask(google, provider.agree(newPerson()));
  expect(result).toMatchObject({ profile: { name: 'x'.repeat(100), avatarUrl: null, verifiedEmail: null } });
});

test('GitHub may keep its addresses to itself, and who somebody is must be a number', async () => {
  provider.overrides.set('/github/emails', (response) => answer(response, 404, { message: 'Not Found' }));
  const kept = await ask(github, provider.agree(newPerson()));
  expect(kept).toMatchObject({ profile: { verifiedEmail: null } });
  provider.overrides.set('/github/emails', (response) => answer(response, 502, {}));
  expect(faultOf(await ask(github, provider.agree(newPerson())))).toBe('FAILED');
  provider.overrides.clear();
  for (const id of ['1', 1.5, null, {}]) {
    provider.overrides.set('/github/user', (response) => answer(response, 200, { id }));
    expect(faultOf(await ask(github, provider.agree(newPerson())))).toBe('FAILED');
  }
});
