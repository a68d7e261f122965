import {
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { isSecretOf } from './authenticator.js';
import type { Credential } from './credentials.js';
import type { CredentialStore } from './credentials-redis.js';
import { algorithmsOf, SIGNING_ALGORITHMS } from './public-keys.js';
import type { UsedAssertions } from './used-assertions-redis.js';

/** How far ahead an assertion may end. */
const LIFETIME_MAX_S = 600;
/** How far a client's clock may be ahead of ours. */
const SKEW_S = 5;
const ASSERTION_ID_CHARS_MAX = 256;

/** A client that has proven to be it, or why it has not; `client` is then whose the request would be, if any. */
export type ClientResult =
  | { readonly client: Credential }
  | { readonly client: Credential | null; readonly fault: 'INVALID' | 'REPLAYED' };

/** Who an assertion says it is from, before anything of it was checked. */
interface Claimed {
  readonly clientId: string;
  readonly algorithm: string;
}

/** What an assertion must say beside whose it is. */
interface Terms {
  readonly assertionId: string;
  /** Seconds since 1970-01-01 UTC. */
  readonly expiresAtS: number;
}

/**
 * Checks OAuth clients: by their secret, or by an assertion they signed (RFC 7523). Assertions are judged by real
 * time, since they are made under the clocks of others. Client ids that do not exist cost the same work.
 */
export class OAuthClients {
  private readonly decoys = new Map<string, Promise<CryptoKey>>();

  /** `addresses` are those by which assertions may name this server. */
  constructor(
    private readonly credentials: CredentialStore,
    private readonly used: UsedAssertions,
    private readonly addresses: () => readonly string[],
  ) {}

  async bySecret(clientId: string, secret: string): Promise<ClientResult> {
    const client = await this.find(clientId);
    const isMatch = isSecretOf(client, secret);
    return isMatch && client !== null ? { client } : { client, fault: 'INVALID' };
  }

  /** `clientId`, where the request has one, must be whose the assertion is. Rejects while Redis is away. */
  async byAssertion(assertion: string, clientId?: string): Promise<ClientResult> {
    const claimed = claimedBy(assertion);
    if (claimed === null || (clientId ?? claimed.clientId) !== claimed.clientId) {
      return { client: null, fault: 'INVALID' };
    }
    const client = await this.find(claimed.clientId);
    const payload = await this.verified(assertion, claimed, client?.key.publicKey ?? null);
    const nowS = Date.now() / 1_000;
    const terms = payload === null ? null : termsOf(payload, nowS);
    if (client === null || terms === null) return { client, fault: 'INVALID' };
    const goodForMs = (terms.expiresAtS - nowS) * 1_000;
    const isFirst = await this.used.use(claimed.clientId, terms.assertionId, goodForMs);
    return isFirst ? { client } : { client, fault: 'REPLAYED' };
  }

  private async find(clientId: string): Promise<Credential | null> {
    const found = await this.credentials.findById(clientId);
    return found?.key.kind === 'OAUTH_CLIENT' ? found : null;
  }

  /** Null when it is not signed by the client, or not for us. Keys that its header names are never looked at. */
  private async verified(
    assertion: string,
    { clientId, algorithm }: Claimed,
    publicKey: JWK | null,
  ): Promise<JWTPayload | null> {
    const isOwn = publicKey !== null && algorithmsOf(publicKey).includes(algorithm);
    try {
      const key = isOwn ? publicKey : await this.decoyFor(algorithm);
      const { payload } = await jwtVerify(assertion, key, {
        algorithms: [algorithm],
        issuer: clientId,
        subject: clientId,
        audience: [...this.addresses()],
        clockTolerance: SKEW_S,
      });
      return isOwn ? payload : null;
    } catch {
      return null;
    }
  }

  /** A key that nobody has the other half of. */
  private decoyFor(algorithm: string): Promise<CryptoKey> {
    const known = this.decoys.get(algorithm);
    if (known !== undefined) return known;
    const made = generateKeyPair(algorithm).then(({ publicKey }) => publicKey);
    this.decoys.set(algorithm, made);
    return made;
  }
}

function claimedBy(assertion: string): Claimed | null {
  try {
    const { alg = '' } = decodeProtectedHeader(assertion);
    const { iss } = decodeJwt(assertion);
    const isSigned = SIGNING_ALGORITHMS.includes(alg);
    return typeof iss === 'string' && isSigned ? { clientId: iss, algorithm: alg } : null;
  } catch {
    return null;
  }
}

/** Null when something is missing, or the times are not as they must be. The tolerance is for `nbf` and `iat`. */
function termsOf({ exp, iat = 0, jti }: JWTPayload, nowS: number): Terms | null {
  const isNamed = typeof jti === 'string' && jti !== '' && jti.length <= ASSERTION_ID_CHARS_MAX;
  if (!isNamed || exp === undefined || iat > nowS + SKEW_S) return null;
  const isTimely = exp > nowS && exp <= nowS + LIFETIME_MAX_S;
  return isTimely ? { assertionId: jti, expiresAtS: exp } : null;
}
