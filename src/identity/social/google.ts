import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import type { AuthorizationGrant, IdentityProvider, ProfileResult } from './identity-provider.js';
import { emailOf, nameOf, pictureOf, textClaim } from './provider-claims.js';
import type { ProviderHttp } from './provider-http.js';

export interface GoogleSettings {
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  readonly issuer: string;
}

/** Never HS256, whose key would be the public one; nor `none`. */
const ALGORITHMS = ['RS256', 'ES256'];
/** A token whose key is not known has the keys fetched again, but not more often than this. */
const JWKS_COOLDOWN_MS = 30_000;
const JWKS_AGE_MAX_MS = 10 * 60 * 1_000;
const CLOCK_TOLERANCE_S = 30;
/** An ID token comes fresh from the exchange of a code. */
const TOKEN_AGE_MAX = '10 minutes';

/** What the token endpoint answers when the code is not good, or was not given to this redirection or verifier. */
const CODE_ERRORS = new Set(['invalid_grant', 'invalid_request', 'redirect_uri_mismatch']);

/** Google, or any provider that speaks OpenID Connect as it does. */
export class Google implements IdentityProvider {
  private readonly keys;

  constructor(
    private readonly settings: GoogleSettings,
    private readonly http: ProviderHttp,
  ) {
    this.keys = createRemoteJWKSet(new URL(settings.jwksUrl), {
      cooldownDuration: JWKS_COOLDOWN_MS,
      cacheMaxAge: JWKS_AGE_MAX_MS,
      [customFetch]: http.fetch,
    });
  }

  async profileOf(grant: AuthorizationGrant): Promise<ProfileResult> {
    const { tokenUrl, clientId, clientSecret } = this.settings;
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: grant.code,
      code_verifier: grant.codeVerifier,
      redirect_uri: grant.redirectUri,
      client_id: clientId,
      ...(clientSecret === null ? {} : { client_secret: clientSecret }),
    });
    const answer = await this.http.askJson(tokenUrl, { method: 'POST', body });
    if ('problem' in answer) return { fault: 'FAILED', reason: answer.problem };
    const refusal = textClaim(answer.json, 'error') ?? '';
    if (answer.status === 400 && CODE_ERRORS.has(refusal)) return { fault: 'CODE_REFUSED', reason: refusal };
    const idToken = textClaim(answer.json, 'id_token');
    if (answer.status !== 200 || idToken === null) {
      return { fault: 'FAILED', reason: `token endpoint: ${answer.status}` };
    }
    return this.verified(idToken);
  }

  private async verified(idToken: string): Promise<ProfileResult> {
    const { clientId, issuer } = this.settings;
    try {
      const { payload } = await jwtVerify(idToken, this.keys, {
        algorithms: ALGORITHMS,
        // Google names itself in both ways.
        issuer: [issuer, issuer.replace(/^https:\/\//, '')],
        audience: clientId,
        requiredClaims: ['sub', 'exp', 'iat'],
        maxTokenAge: TOKEN_AGE_MAX,
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      return this.profileIn(payload);
    } catch (error) {
      // jose's own codes, or what its fetching of the keys met with.
      const reason = error instanceof errors.JOSEError ? error.code : 'keys could not be fetched';
      return { fault: 'FAILED', reason: `ID token: ${reason}` };
    }
  }

  private profileIn(payload: JWTPayload): ProfileResult {
    const { sub, azp } = payload;
    // Where a token is for several, the party that it was issued to must be us.
    const isOurs = azp === undefined ? typeof payload.aud === 'string' : azp === this.settings.clientId;
    if (!isOurs || typeof sub !== 'string' || sub === '') {
      return { fault: 'FAILED', reason: 'ID token: not issued to this client' };
    }
    const isVerified = payload['email_verified'] === true;
    return {
      profile: {
        provider: 'google',
        subject: sub,
        verifiedEmail: isVerified ? emailOf(textClaim(payload, 'email')) : null,
        name: nameOf(textClaim(payload, 'name')),
        avatarUrl: pictureOf(textClaim(payload, 'picture')),
      },
    };
  }
}
