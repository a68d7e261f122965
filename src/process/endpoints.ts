import type { Logger } from 'pino';
import { ALPACA } from '../api/alpaca/alpaca-family.js';
import { OAUTH } from '../api/alpaca/oauth-family.js';
import { DOCS } from '../api/docs/docs-family.js';
import { docsRoutes } from '../api/docs/docs-routes.js';
import type { Endpoint } from '../api/family/endpoint.js';
import { Family, type FamilyDoor } from '../api/family/family.js';
import type { FamilyTerms } from '../api/family/family-terms.js';
import { OPERATIONS } from '../api/operations/operations-family.js';
import { operationsRoutes, type Readiness, streamRoute } from '../api/operations/operations-routes.js';
import { PAPER } from '../api/paper/paper-family.js';
import { paperRoutes } from '../api/paper/paper-routes.js';
import { accountRoutes } from '../api/paperexchange/account-routes.js';
import { billingRoutes } from '../api/paperexchange/billing-routes.js';
import { PAPEREXCHANGE } from '../api/paperexchange/paperexchange-family.js';
import { PAPI } from '../api/papi/papi-family.js';
import { polymarketRoutes } from '../api/papi/polymarket-routes.js';
import { billingSandboxRoutes } from '../api/sandbox/billing-routes.js';
import { outboxRoute } from '../api/sandbox/outbox-route.js';
import { SANDBOX } from '../api/sandbox/sandbox-family.js';
import { sandboxRoutes } from '../api/sandbox/sandbox-routes.js';
import { streamDocument } from '../api/stream/document/stream-document.js';
import type { StreamApi } from '../api/stream/stream-api.js';
import type { Config } from '../config.js';
import type { AddressLimits } from '../gateway/address-limits.js';
import type { PrivateHistory } from '../gateway/channels/private-history.js';
import type { OriginPolicy } from '../gateway/http/cors.js';
import type { FamilyEnvelope } from '../gateway/http/envelope.js';
import type { Venue } from '../gateway/venue.js';
import type { Metrics } from '../telemetry/metrics.js';
import { SharedScrape } from '../telemetry/shared-scrape.js';
import { endedReason } from './ended-reason.js';
import { lettersOf, peopleRoutes } from './people-routes.js';
import type { ProcessBilling } from './process-billing.js';
import type { ProcessDoors } from './process-doors.js';
import type { ProcessIdentity } from './process-identity.js';
import { programRoutes } from './program-routes.js';

/** Where the native stream is. */
export const STREAM_PATH = '/v1/ws';

/** What the routes act on. */
export interface ApiParts {
  readonly venue: Venue;
  readonly stream: StreamApi;
  readonly metrics: Metrics;
  readonly identity: ProcessIdentity;
  readonly history: PrivateHistory;
  readonly doors: ProcessDoors;
  readonly addresses: AddressLimits;
  readonly billing: ProcessBilling;
  readiness(): Readiness;
}

/** Every route of a gateway, and how each part of the tree of paths says that something is wrong. */
export interface Api {
  readonly endpoints: readonly Endpoint[];
  readonly envelopes: readonly FamilyEnvelope[];
}

/**
 * Puts all families together, behind one door; the documents are made from the very routes that are served.
 * `address` is where the server is reached, once it listens.
 */
export function apiOf(
  config: Config,
  parts: ApiParts,
  door: FamilyDoor,
  origins: OriginPolicy,
  address: () => string,
  log: Logger,
): Api {
  const { venue, stream, identity, history, billing, metrics, addresses, readiness } = parts;
  const families: Family[] = [];
  const family = (terms: FamilyTerms) => {
    families.push(new Family(terms, door));
    return families.at(-1)!;
  };
  const paper = family(PAPER);
  const paperExchange = family(PAPEREXCHANGE);
  const papi = family(PAPI);
  const sandbox = family(SANDBOX);
  const alpaca = family(ALPACA);
  const oauth = family(OAUTH);
  const operations = family(OPERATIONS);
  const docs = family(DOCS);
  // Asked of a gateway that was paused, the answer waits for what it finds out then.
  const readinessNow = () => new Promise<Readiness>((resolve) => venue.whenFresh(() => resolve(readiness())));
  const described = [
    ...operationsRoutes(operations, readinessNow, new SharedScrape(metrics.registry)),
    streamRoute(
      operations,
      STREAM_PATH,
      (address) => addresses.handshakeStanding(address),
      (portfolioId) => endedReason(venue, portfolioId),
    ),
    ...paperRoutes(paper, venue, history, stream, identity.users, identity),
    ...programRoutes({ paper, paperExchange, papi, alpaca, oauth }, identity, venue, address),
    ...accountRoutes(paperExchange, venue, history.past),
    ...billingRoutes(paperExchange, billing),
    ...peopleRoutes(config, paperExchange, papi, parts, origins, log),
    ...polymarketRoutes(papi, venue, history.past, (userId, exchange) =>
      identity.vault.hasCredentials(userId, exchange),
    ),
    ...(config.sandbox ? sandboxRoutes(sandbox, venue) : []),
    ...(config.sandbox ? billingSandboxRoutes(sandbox, billing.checkouts, billing.payments) : []),
    ...(config.sandbox ? [outboxRoute(sandbox, () => lettersOf(parts))] : []),
  ];
  const allTerms = families.map(({ terms }) => terms);
  return {
    endpoints: [...described, ...docsRoutes(docs, allTerms, described, () => streamDocument(STREAM_PATH))],
    envelopes: families.flatMap(({ envelopes }) => envelopes),
  };
}
