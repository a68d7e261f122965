import type { Logger } from 'pino';
import { ALPACA, OAUTH } from './api/alpaca/alpaca-family.js';
import { Family, type FamilyTerms } from './api/family/family.js';
import { PAPER } from './api/paper/paper-family.js';
import { paperRoutes } from './api/paper/paper-routes.js';
import { PAPEREXCHANGE } from './api/paperexchange/paperexchange-family.js';
import { PAPI } from './api/papi/papi-family.js';
import { SANDBOX_ENVELOPE, sandboxRoutes } from './api/sandbox/sandbox-routes.js';
import type { StreamApi } from './api/stream/stream-api.js';
import type { Config } from './config.js';
import { Authorization } from './gateway/authorization.js';
import { nativeEnvelope } from './gateway/envelope.js';
import { operationsRoutes, type Readiness } from './gateway/readiness.js';
import { GatewayServer } from './gateway/server.js';
import type { SessionRegistry } from './gateway/sessions.js';
import type { Venue } from './gateway/venue.js';
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
  readonly identity: ProcessIdentity;
  readiness(): Readiness;
}

/** Puts the families' routes and the stream on one listening server. */
export function gatewayServer(
  { config, port, isPortShared, logger }: ServerPlace,
  parts: ServerParts,
): GatewayServer {
  const { venue, sessions, stream, identity, metrics, readiness } = parts;
  const { authenticate } = identity.authenticator;
  const authorization = new Authorization(authenticate, nativeEnvelope, logger);
  const { credentials, refreshTokens, accessTokens } = identity;
  const family = (terms: FamilyTerms) => new Family(terms, authenticate, logger);
  const paper = family(PAPER);
  const families = [paper, ...[PAPEREXCHANGE, PAPI, ALPACA, OAUTH].map(family)];
  const desk = { credentials, refreshTokens, accessTokens };
  return new GatewayServer({
    host: config.host,
    port,
    shared: isPortShared,
    routes: [
      ...operationsRoutes(readiness, metrics.registry),
      ...paperRoutes(paper, venue, authorization, desk),
      ...(config.sandbox ? sandboxRoutes(venue, authorization) : []),
    ],
    envelopes: [...families.flatMap(({ envelopes }) => envelopes), SANDBOX_ENVELOPE],
    origins: config.corsOrigins,
    trustProxy: config.trustProxy,
    streamPath: STREAM_PATH,
    stream,
    gate: {
      authenticate,
      isOpen: (portfolioId) => venue.exchange.findPortfolio(portfolioId) !== undefined,
      unreadyReason: () => {
        const { status, reason } = readiness();
        return status === 'ready' ? null : reason;
      },
    },
    sessions,
    log: logger,
  });
}
