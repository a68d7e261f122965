import type { Logger } from 'pino';
import type { Provider } from '../people/user.js';
import type { Caller } from '../security-log.js';
import type { AuthorizationGrant, IdentityProvider } from './identity-provider.js';
import type { AccountFault, AccountResult, ProviderAccounts } from './provider-accounts.js';
import type { RedirectPolicy } from './redirect-policy.js';

/** Why nobody is logged in by a provider. */
export type ProviderLogInFault =
  | 'NOT_CONFIGURED'
  | 'REDIRECT_NOT_ALLOWED'
  | 'BUSY'
  | 'CODE_REFUSED'
  | 'PROVIDER_FAILED'
  | AccountFault;

/** Finds out who comes back from a provider, and whose account that is. */
export class ProviderLogIn {
  private running = 0;

  constructor(
    private readonly providers: ReadonlyMap<Provider, IdentityProvider>,
    private readonly redirects: RedirectPolicy,
    private readonly accounts: ProviderAccounts,
    /** How many may wait for a provider at once, so that a slow one cannot fill the memory. */
    private readonly logInsMax: number,
    private readonly log: Logger,
  ) {}

  async identify(
    provider: Provider,
    grant: AuthorizationGrant,
    caller: Caller,
  ): Promise<AccountResult | { readonly fault: ProviderLogInFault }> {
    const known = this.providers.get(provider);
    if (known === undefined) return { fault: 'NOT_CONFIGURED' };
    if (!this.redirects.allows(grant.redirectUri)) return { fault: 'REDIRECT_NOT_ALLOWED' };
    if (this.running >= this.logInsMax) return { fault: 'BUSY' };
    this.running++;
    try {
      const result = await known.profileOf(grant);
      if ('profile' in result) return await this.accounts.accountOf(result.profile, caller);
      const { fault, reason } = result;
      this.log.warn({ provider, requestId: caller.requestId, reason }, 'A log-in by a provider failed');
      return { fault: fault === 'FAILED' ? 'PROVIDER_FAILED' : fault };
    } finally {
      this.running--;
    }
  }
}
