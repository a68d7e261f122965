import type { Logger } from 'pino';
import { openingAuthentication } from '../billing/opening-authentication.js';
import type { Config } from '../config.js';
import type { RequestLimits } from '../gateway/charging/request-limits.js';
import { OriginPolicy } from '../gateway/http/cors.js';
import { GatewayServer } from '../gateway/server.js';
import type { SessionRegistry } from '../gateway/sessions/sessions.js';
import type { Venue } from '../gateway/venue.js';
import type { Authentication } from '../identity/credentials/authenticator.js';
import { endedReason } from './ended-reason.js';
import { type ApiParts, apiOf, STREAM_PATH } from './endpoints.js';
import { ownOrigins, ownUrl } from './own-address.js';

export interface ServerPlace {
  readonly config: Config;
  readonly port: number;
  readonly isPortShared: boolean;
  readonly logger: Logger;
}

export interface ServerParts extends ApiParts {
  readonly sessions: SessionRegistry;
  readonly requests: RequestLimits;
}

/** Puts the families' routes and the stream on one listening server. */
export function gatewayServer(
  { config, port, isPortShared, logger }: ServerPlace,
  parts: ServerParts,
): GatewayServer {
  const { venue, history, sessions, stream, requests, addresses, identity, billing, readiness } = parts;
  const authenticate = freshAuthentication(
    openingAuthentication(identity.authenticator.authenticate, billing.opening),
    venue,
  );
  const { jsonDepthMax } = config.limits;
  const door = { authenticate, requests, addresses, venue, jsonDepthMax, log: logger };
  const origins = new OriginPolicy(config.corsOrigins, () => ownOrigins(config, server.port));
  const address = () => ownUrl(config, server.port);
  const api = apiOf(config, parts, door, origins, address, logger);
  const server: GatewayServer = new GatewayServer({
    host: config.host,
    port,
    shared: isPortShared,
    routes: api.endpoints,
    envelopes: api.envelopes,
    origins,
    trustProxy: config.trustProxy,
    streamPath: STREAM_PATH,
    stream,
    compression: config.compression,
    gate: {
      authenticate,
      chargeHandshake: (address) => addresses.chargeHandshake(address),
      chargeUnauthenticated: (address) => addresses.chargeUnauthenticated(address),
      isOpen: (portfolioId) => venue.exchange.findPortfolio(portfolioId) !== undefined,
      portfolioRefused: (asker, portfolioId) => history.refused.note(asker, 'FOREIGN_PORTFOLIO', portfolioId),
      forbiddenReason: (portfolioId) => endedReason(venue, portfolioId),
      recheck: (keyId) => identity.credentials.tellIfEnded(keyId),
      unreadyReason: () => {
        const { status, reason } = readiness();
        return status === 'ready' ? null : reason;
      },
    },
    sessions,
    addresses,
    log: logger,
  });
  return server;
}

/** Nobody comes in, and sees an exchange that is behind, until what was missed in a pause of this process was read. */
function freshAuthentication(authenticate: Authentication, venue: Venue): Authentication {
  return (presented) => {
    if (!venue.isBehind) return authenticate(presented);
    return new Promise<void>((resolve) => venue.whenFresh(resolve)).then(() => authenticate(presented));
  };
}
