import type { Logger } from 'pino';
import type { Config } from '../config.js';
import type { Provider } from '../identity/people/user.js';
import { GitHub } from '../identity/social/github.js';
import { Google } from '../identity/social/google.js';
import type { IdentityProvider } from '../identity/social/identity-provider.js';
import { type DoorRules, ProviderAccounts } from '../identity/social/provider-accounts.js';
import { ProviderHttp } from '../identity/social/provider-http.js';
import { ProviderLogIn } from '../identity/social/provider-log-in.js';
import { RedirectPolicy } from '../identity/social/redirect-policy.js';
import type { ProcessIdentity } from './process-identity.js';

/** Log-in by the providers that the operator has a client id for. `now` is the exchange's clock. */
export function providerLogIns(
  config: Config,
  identity: ProcessIdentity,
  doors: DoorRules,
  now: () => number,
  logger: Logger,
): ProviderLogIn {
  const { users, securityLog } = identity;
  return new ProviderLogIn(
    configuredProviders(config),
    new RedirectPolicy(config.oauthRedirectUris),
    new ProviderAccounts(users, doors, securityLog, now),
    config.limits.providerLogInsMax,
    logger,
  );
}

function configuredProviders(config: Config): ReadonlyMap<Provider, IdentityProvider> {
  const http = new ProviderHttp(config.limits.providerTimeoutMs);
  const providers = new Map<Provider, IdentityProvider>();
  if (config.googleClientId !== null) {
    const { googleClientSecret, googleTokenUrl, googleJwksUrl, googleIssuer } = config;
    const settings = {
      clientId: config.googleClientId,
      clientSecret: googleClientSecret,
      tokenUrl: googleTokenUrl,
      jwksUrl: googleJwksUrl,
      issuer: googleIssuer,
    };
    providers.set('google', new Google(settings, http));
  }
  if (config.githubClientId !== null) {
    const { githubClientSecret, githubTokenUrl, githubUserUrl, githubEmailsUrl } = config;
    const settings = {
      clientId: config.githubClientId,
      clientSecret: githubClientSecret,
      tokenUrl: githubTokenUrl,
      userUrl: githubUserUrl,
      emailsUrl: githubEmailsUrl,
    };
    providers.set('github', new GitHub(settings, http));
  }
  return providers;
}
