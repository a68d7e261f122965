import { alpacaAccountRoutes } from '../api/alpaca/account-routes.js';
import { oauthTokenRoutes, TOKEN_PATH } from '../api/alpaca/token-routes.js';
import type { Endpoint } from '../api/family/endpoint.js';
import type { Family } from '../api/family/family.js';
import { credentialRoutes } from '../api/paper/credential-routes.js';
import { apiKeyRoutes } from '../api/paperexchange/api-key-routes.js';
import { accountRoutes } from '../api/papi/account-routes.js';
import { planTermsOf } from '../billing/plan-terms.js';
import type { Venue } from '../gateway/venue.js';
import { OAuthClients } from '../identity/credentials/oauth-clients.js';
import type { ProcessIdentity } from './process-identity.js';

/** The families at whose doors programs get their credentials, or show them in a way of their own. */
export interface ProgramFamilies {
  readonly paper: Family;
  readonly paperExchange: Family;
  readonly papi: Family;
  readonly alpaca: Family;
  readonly oauth: Family;
}

/** The doors for programs, as opposed to people. `address` is the server's own, by which assertions may name it. */
export function programRoutes(
  families: ProgramFamilies,
  identity: ProcessIdentity,
  venue: Venue,
  address: () => string,
): readonly Endpoint[] {
  const { credentials, usedAssertions, accessTokens, securityLog, keyDesk, users, vault } = identity;
  const addresses = () => [address(), address() + TOKEN_PATH];
  const clients = new OAuthClients(credentials, usedAssertions, addresses);
  return [
    ...credentialRoutes(families.paper, keyDesk),
    ...apiKeyRoutes(
      families.paperExchange,
      keyDesk,
      ({ portfolioIds }) => planTermsOf(venue.exchange, portfolioIds[0]).apiKeys,
    ),
    ...accountRoutes(families.papi, { credentials, keyDesk, users, vault }),
    ...alpacaAccountRoutes(families.alpaca, venue, users),
    ...oauthTokenRoutes(families.oauth, { clients, accessTokens, securityLog }),
  ];
}
