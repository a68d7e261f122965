import type { AuthorizationGrant, IdentityProvider, ProfileResult } from './identity-provider.js';
import { claimOf, emailOf, nameOf, pictureOf, textClaim } from './provider-claims.js';
import type { ProviderAnswer, ProviderHttp } from './provider-http.js';

export interface GitHubSettings {
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly tokenUrl: string;
  readonly userUrl: string;
  readonly emailsUrl: string;
}

/** Told with status 200, as all that its token endpoint has to say. */
const CODE_ERRORS = new Set(['bad_verification_code', 'redirect_uri_mismatch', 'unverified_user_email']);
/** GitHub answers nobody without one. */
const USER_AGENT = 'tradewire';

/** GitHub, which knows OAuth without ID tokens: who somebody is, is asked with their access token. */
export class GitHub implements IdentityProvider {
  constructor(
    private readonly settings: GitHubSettings,
    private readonly http: ProviderHttp,
  ) {}

  async profileOf(grant: AuthorizationGrant): Promise<ProfileResult> {
    const { tokenUrl, clientId, clientSecret, userUrl, emailsUrl } = this.settings;
    const body = new URLSearchParams({
      code: grant.code,
      code_verifier: grant.codeVerifier,
      redirect_uri: grant.redirectUri,
      client_id: clientId,
      ...(clientSecret === null ? {} : { client_secret: clientSecret }),
    });
    const headers = { accept: 'application/json', 'user-agent': USER_AGENT };
    const answer = await this.http.askJson(tokenUrl, { method: 'POST', headers, body });
    if ('problem' in answer) return { fault: 'FAILED', reason: answer.problem };
    const refusal = textClaim(answer.json, 'error') ?? '';
    if (CODE_ERRORS.has(refusal)) return { fault: 'CODE_REFUSED', reason: refusal };
    const accessToken = textClaim(answer.json, 'access_token');
    if (answer.status !== 200 || accessToken === null || !/^[\x21-\x7e]+$/.test(accessToken)) {
      return { fault: 'FAILED', reason: `token endpoint: ${answer.status}` };
    }
    const [user, emails] = await Promise.all([
      this.get(userUrl, accessToken),
      this.get(emailsUrl, accessToken),
    ]);
    return profileIn(user, emails);
  }

  private get(url: string, accessToken: string): Promise<ProviderAnswer> {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${accessToken}`,
      'user-agent': USER_AGENT,
    };
    return this.http.askJson(url, { headers });
  }
}

function profileIn(user: ProviderAnswer, emails: ProviderAnswer): ProfileResult {
  if ('problem' in user) return { fault: 'FAILED', reason: user.problem };
  if ('problem' in emails) return { fault: 'FAILED', reason: emails.problem };
  const id = claimOf(user.json, 'id');
  if (user.status !== 200 || typeof id !== 'number' || !Number.isSafeInteger(id)) {
    return { fault: 'FAILED', reason: `user: ${user.status}` };
  }
  if (emails.status >= 500) return { fault: 'FAILED', reason: `emails: ${emails.status}` };
  return {
    profile: {
      provider: 'github',
      subject: String(id),
      // Without the scope for it, GitHub tells no addresses, and vouches for none.
      verifiedEmail: emails.status === 200 ? primaryEmail(emails.json) : null,
      name: nameOf(textClaim(user.json, 'name') ?? textClaim(user.json, 'login')),
      avatarUrl: pictureOf(textClaim(user.json, 'avatar_url')),
    },
  };
}

function primaryEmail(emails: unknown): string | null {
  if (!Array.isArray(emails)) return null;
  const primary: unknown = emails.find(
    (entry: unknown) => claimOf(entry, 'primary') === true && claimOf(entry, 'verified') === true,
  );
  return emailOf(textClaim(primary, 'email'));
}
