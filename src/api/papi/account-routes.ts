import type { CredentialStore } from '../../identity/credentials/credentials-redis.js';
import type { KeyDesk } from '../../identity/credentials/key-desk.js';
import type { UserStore } from '../../identity/people/users-redis.js';
import type { ExchangeVault } from '../../identity/secrets/exchange-vault-redis.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { apiKeyRoutes } from './api-key-routes.js';
import { exchangeCredentialRoutes } from './exchange-credential-routes.js';
import { profileRoutes } from './profile-routes.js';

/** What the routes of an account need of identity. */
export interface AccountIdentity {
  readonly users: UserStore;
  readonly credentials: CredentialStore;
  readonly keyDesk: KeyDesk;
  readonly vault: ExchangeVault;
}

/** What users of this family manage of their own: profile, API key, and credentials for other exchanges. */
export function accountRoutes(
  family: Family,
  { users, credentials, keyDesk, vault }: AccountIdentity,
): readonly Endpoint[] {
  return [
    ...profileRoutes(family, users, credentials),
    ...apiKeyRoutes(family, keyDesk),
    ...exchangeCredentialRoutes(family, vault),
  ];
}
