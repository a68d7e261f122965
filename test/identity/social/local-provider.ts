import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export const CLIENT_ID = 'client-of-the-tests';
export const CLIENT_SECRET = 'secret-of-the-client-of-the-tests';
export const REDIRECT_URI = 'https://app.example.com/auth/callback';
const KEY_ID = 'key-1';
/** Made once, since that takes longer than most tests; every provider signs with it. */
const KEYS = generateKeyPair('RS256', { extractable: true });

/** A person at the provider. */
export interface Person {
  readonly subject: string;
  readonly email: string;
  readonly isVerified: boolean;
  readonly name: string;
}

/** A code that the provider gave out, with what the browser must bring along. */
export interface Grant {
  readonly code: string;
  readonly code_verifier: string;
  readonly redirect_uri: string;
}

interface Pending {
  readonly person: Person;
  readonly challenge: string;
  readonly redirectUri: string;
}

/** Answers a request in the provider's place. */
type Override = (response: ServerResponse) => void;

export function newPerson(differences: Partial<Person> = {}): Person {
  const subject = String(Math.floor(Math.random() * 1e12));
  return {
    subject,
    email: `Person.${subject}@Example.com`,
    isVerified: true,
    name: 'Jane Doe',
    ...differences,
  };
}

/** Google and GitHub in one: an authorization server that gives codes to people, checks PKCE, and signs. */
export class LocalProvider {
  /** Claims that are put into the next ID token, in place of the true ones. */
  claims: JWTPayload = {};
  /** Signs the next ID token in a way of its own. */
  forge: ((claims: JWTPayload) => Promise<string>) | null = null;
  /** Per path, what is answered instead. */
  readonly overrides = new Map<string, Override>();
  readonly paths: string[] = [];
  private readonly pending = new Map<string, Pending>();
  private readonly people = new Map<string, Person>();

  private constructor(
    private readonly server: Server,
    private readonly keys: Awaited<ReturnType<typeof generateKeyPair>>,
  ) {}

  static async start(): Promise<LocalProvider> {
    const server = createServer();
    const provider = new LocalProvider(server, await KEYS);
    server.on('request', (request, response) => void provider.serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The public key as text: what a verifier that mixes up algorithms would take for a shared secret. */
  publicKeyText(): Promise<string> {
    return exportSPKI(this.keys.publicKey);
  }

  /** The environment of a server that logs people in here. */
  get settings(): Record<string, string> {
    const { url } = this;
    return {
      GOOGLE_CLIENT_ID: CLIENT_ID,
      GOOGLE_CLIENT_SECRET: CLIENT_SECRET,
      GOOGLE_TOKEN_URL: `${url}/google/token`,
      GOOGLE_JWKS_URL: `${url}/google/keys`,
      GOOGLE_ISSUER: url,
      GITHUB_CLIENT_ID: CLIENT_ID,
      GITHUB_CLIENT_SECRET: CLIENT_SECRET,
      GITHUB_TOKEN_URL: `${url}/github/token`,
      GITHUB_USER_URL: `${url}/github/user`,
      GITHUB_EMAILS_URL: `${url}/github/emails`,
    };
  }

  /** What a browser takes home after a person has agreed. */
  agree(person: Person, redirectUri = REDIRECT_URI): Grant {
    const code = randomUUID();
    const verifier = randomUUID() + randomUUID();
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    this.pending.set(code, { person, challenge, redirectUri });
    return { code, code_verifier: verifier, redirect_uri: redirectUri };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url!;
    this.paths.push(path);
    let body = '';
    for await (const chunk of request) body += chunk;
    const override = this.overrides.get(path);
    if (override !== undefined) override(response);
    else if (path === '/google/keys') answer(response, 200, { keys: [await this.publicKey()] });
    else if (path === '/google/token') await this.google(new URLSearchParams(body), response);
    else if (path === '/github/token') this.github(new URLSearchParams(body), response);
    else this.tellGitHub(path, request.headers.authorization ?? '', response);
  }

  private async publicKey(): Promise<object> {
    return { ...(await exportJWK(this.keys.publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' };
  }

  /** Takes a code, once, from who can show what its challenge was made of. */
  private redeem(form: URLSearchParams): Person | null {
    const pending = this.pending.get(form.get('code') ?? '');
    this.pending.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGood =
      pending?.challenge === challenge &&
      pending.redirectUri === form.get('redirect_uri') &&
      form.get('client_id') === CLIENT_ID &&
      form.get('client_secret') === CLIENT_SECRET;
    return isGood ? pending.person : null;
  }

  private async google(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const person = form.get('grant_type') === 'authorization_code' ? this.redeem(form) : null;
    if (person === null) return answer(response, 400, { error: 'invalid_grant' });
    const nowS = Math.floor(Date.now() / 1_000);
    const claims: JWTPayload = {
      ...{ iss: this.url, aud: CLIENT_ID, azp: CLIENT_ID, iat: nowS, exp: nowS + 3_600 },
      sub: person.subject,
      ...{ email: person.email, email_verified: person.isVerified, name: person.name },
      picture: 'https://pictures.example.com/1.png',
      ...this.claims,
    };
    const sign = this.forge ?? ((honest: JWTPayload) => this.sign(honest));
    answer(response, 200, { access_token: 'unused', id_token: await sign(claims) });
  }

  private sign(claims: JWTPayload): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: KEY_ID }).sign(this.keys.privateKey);
  }

  private github(form: URLSearchParams, response: ServerResponse): void {
    const person = this.redeem(form);
    if (person === null) return answer(response, 200, { error: 'bad_verification_code' });
    const token = `gho_${randomUUID()}`;
    this.people.set(token, person);
    answer(response, 200, { access_token: token, token_type: 'bearer' });
  }

  private tellGitHub(path: string, authorization: string, response: ServerResponse): void {
    const person = this.people.get(authorization.replace('Bearer ', ''));
    if (person === undefined) return answer(response, 401, { message: 'Bad credentials' });
    if (path === '/github/emails') {
      return answer(response, 200, [
        { email: 'another@example.com', primary: false, verified: true },
        { email: person.email, primary: true, verified: person.isVerified },
      ]);
    }
    const avatar_url = 'https://pictures.example.com/1.png';
    answer(response, 200, { id: Number(person.subject), login: 'jane', name: person.name, avatar_url });
  }
}

export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
