import type { Logger } from 'pino';
import { ALPACA, OAUTH } from './api/alpaca/alpaca-family.js';
import { Family } from './api/family/family.js';
import type { FamilyTerms } from './api/family/family-terms.js';
import { OPERATIONS } from './api/operations/operations-family.js';
import { operationsRoutes, type Readiness, streamRoute } from './api/operations/operations-routes.js';
import { PAPER } from './api/paper/paper-family.js';
import { paperRoutes } from './api/paper/paper-routes.js';
import { accountRoutes } from './api/paperexchange/account-routes.js';
import { billingRoutes } from './api/paperexchange/billing-routes.js';
import { PAPEREXCHANGE } from './api/paperexchange/paperexchange-family.js';
import type { SubscriptionOf } from './api/paperexchange/profile-route.js';
import { PAPI } from './api/papi/papi-family.js';
import { outboxRoute } from './api/sandbox/outbox-route.js';
import { SANDBOX } from './api/sandbox/sandbox-family.js';
import { sandboxRoutes } from './api/sandbox/sandbox-routes.js';
import type { StreamApi } from './api/stream/stream-api.js';
import type { History } from './archive/history.js';
import { billingSandboxRoutes } from './api/sandbox/billing-routes.js';
import { SANDBOX } from './api/sandbox/sandbox-family.js';
import { sandboxRoutes } from './api/sandbox/sandbox-routes.js';
import type { StreamApi } from './api/stream/stream-api.js';
import { openingAuthentication } from './billing/opening-authentication.js';
import type { Config } from './config.js';
import { ERROR_TABLE } from './exchange/error-code.js';
import { endedMembership } from './exchange/membership.js';
import type { RequestLimits } from './gateway/request-limits.js';
import { GatewayServer } from './gateway/server.js';
import type { SessionRegistry } from './gateway/sessions.js';
import type { Venue } from './gateway/venue.js';
import { lettersOf, peopleRoutes } from './people-routes.js';
import type { ProcessDoors } from './process-doors.js';
import type { ProcessBilling } from './process-billing.js';
import type { ProcessIdentity } from './process-identity.js';
import type { Metrics } from './telemetry/metrics.js';

const STREAM_PATH = '/v1/ws';

export interface ServerPlace {
  readonly config: Config;
  readonly port: number;
  readonly isPortShared: boolean;
  readonly logger: Logger;
}

export interface ServerParts {
  readonly venue: Venue;
  readonly metrics: Metrics;
  readonly sessions: SessionRegistry;
  readonly stream: StreamApi;
  readonly requests: RequestLimits;
  readonly identity: ProcessIdentity;
  readonly history: History;
  readonly doors: ProcessDoors;
  readonly subscriptionOf: SubscriptionOf;
  readonly billing: ProcessBilling;
  readiness(): Readiness;
}

/** Puts the families' routes and the stream on one listening server. */
export function gatewayServer(
  { config, port, isPortShared, logger }: ServerPlace,
  parts: ServerParts,
): GatewayServer {
  const { venue, sessions, stream, requests, identity, history, metrics, readiness } = parts;
  const { authenticate } = identity.authenticator;
  const { venue, sessions, stream, requests, identity, billing, metrics, readiness } = parts;
  const authenticate = openingAuthentication(identity.authenticator.authenticate, billing.opening);
  const { credentials, refreshTokens, accessTokens } = identity;
  const { jsonDepthMax } = config.limits;
  const door = { authenticate, requests, jsonDepthMax, log: logger };
  const family = (terms: FamilyTerms) => new Family(terms, door);
  const paper = family(PAPER);
  const paperExchange = family(PAPEREXCHANGE);
  const sandbox = family(SANDBOX);
  const operations = family(OPERATIONS);
  const papi = family(PAPI);
  const others = [ALPACA, OAUTH].map(family);
  const families = [paper, paperExchange, papi, sandbox, operations, ...others];
  const paperexchange = family(PAPEREXCHANGE);
  const families = [paper, paperexchange, sandbox, operations, ...[PAPI, ALPACA, OAUTH].map(family)];
  const desk = { credentials, refreshTokens, accessTokens };
  return new GatewayServer({
    host: config.host,
    port,
    shared: isPortShared,
    routes: [
      ...operationsRoutes(operations, readiness, metrics.registry),
      streamRoute(operations, STREAM_PATH),
      ...paperRoutes(paper, venue, desk),
      ...accountRoutes(paperExchange, venue, history),
      ...peopleRoutes(config, paperExchange, papi, parts),
      ...(config.sandbox
        ? [...sandboxRoutes(sandbox, venue), outboxRoute(sandbox, () => lettersOf(parts))]
      ...billingRoutes(paperexchange, billing),
      ...(config.sandbox
        ? [
            ...sandboxRoutes(sandbox, venue),
            ...billingSandboxRoutes(sandbox, billing.checkouts, billing.payments),
          ]
        : []),
    ],
    envelopes: families.flatMap(({ envelopes }) => envelopes),
    origins: config.corsOrigins,
    trustProxy: config.trustProxy,
    streamPath: STREAM_PATH,
    stream,
    gate: {
      authenticate,
      chargeUnauthenticated: (address) => requests.chargeUnauthenticated(address),
      isOpen: (portfolioId) => venue.exchange.findPortfolio(portfolioId) !== undefined,
      forbiddenReason: (portfolioId) => endedReason(venue, portfolioId),
      unreadyReason: () => {
        const { status, reason } = readiness();
        return status === 'ready' ? null : reason;
      },
    },
    sessions,
    log: logger,
  });
}

/** Why nothing can be traded in a portfolio any more; null while it can. */
function endedReason(venue: Venue, portfolioId: string): string | null {
  const account = venue.exchange.findPortfolio(portfolioId);
  const ended = account === undefined ? null : endedMembership(account.membership, venue.now());
  return ended === null ? null : ERROR_TABLE[ended].message;
}
