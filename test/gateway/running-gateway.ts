import { pino } from 'pino';
import { expect } from 'vitest';
import { Family } from '../../src/api/family/family.js';
import type { FamilyTerms } from '../../src/api/family/family-terms.js';
import { unending } from '../../src/exchange/accounts/membership.js';
import { DEAF_LISTENER } from '../../src/exchange/event.js';
import { Exchange } from '../../src/exchange/exchange.js';
import type { Millis } from '../../src/exchange/units.js';
import { AddressLimits, type AddressLimitTerms } from '../../src/gateway/address-limits.js';
import { type LimitedVenue, RequestLimits } from '../../src/gateway/charging/request-limits.js';
import { NO_LIMIT } from '../../src/gateway/charging/request-standing.js';
import type { GatewayLimits } from '../../src/gateway/gateway-limits.js';
import { OriginPolicy } from '../../src/gateway/http/cors.js';
import { GatewayServer, type ServerOptions } from '../../src/gateway/server.js';
import type { Session } from '../../src/gateway/sessions/session.js';
import { SessionRegistry } from '../../src/gateway/sessions/sessions.js';
import type { StreamProtocol } from '../../src/gateway/sessions/stream-protocol.js';
import { Traffic } from '../../src/gateway/traffic.js';
import {
  AUTHENTICATION_REFUSALS,
  type Authentication,
} from '../../src/identity/credentials/authenticator.js';
import { dollars } from '../support/exchange-fixture.js';
import { DEFAULT_LIMITS } from '../support/limits.js';

export const KEY = 'a-key-of-the-test';
export const PORTFOLIO = '7d2cbb0e-0000-4000-8000-000000000001';
export const OTHER_PORTFOLIO = '7d2cbb0e-0000-4000-8000-000000000002';

/** Accepts one key, and knows one portfolio of its user that the exchange has opened. */
export const authenticate: Authentication = async (presented) => {
  if (presented === null) return { refusal: AUTHENTICATION_REFUSALS.MISSING };
  if (!('secret' in presented) || presented.secret !== KEY)
    return { refusal: AUTHENTICATION_REFUSALS.UNKNOWN };
  const portfolioIds = [PORTFOLIO, OTHER_PORTFOLIO];
  const caller = {
    userId: 'user',
    portfolioIds,
    scopes: ['trade'],
    keyId: 'key',
    meterId: 'key',
    kind: 'API_KEY',
    tokenFamily: null,
  } as const;
  return { principal: { ...caller, expiresAt: null } };
};

/** Lets in whoever has the key. */
export const GATE: ServerOptions['gate'] = {
  authenticate,
  isOpen: (portfolioId) => portfolioId === PORTFOLIO,
  portfolioRefused: () => undefined,
  forbiddenReason: () => null,
  recheck: () => undefined,
  unreadyReason: () => null,
  chargeHandshake: () => NO_LIMIT,
  chargeUnauthenticated: () => NO_LIMIT,
};

export function addressLimits(terms: Partial<AddressLimitTerms> = {}): AddressLimits {
  return new AddressLimits({
    now: () => Date.now() as Millis,
    publicRequestsMax: 1_000,
    unauthenticatedRequestsMax: 1_000,
    handshakesPerAddressMax: 1_000,
    ...terms,
  });
}

/** A venue on which the one portfolio has no limit, and nobody trades. */
function quietVenue(): LimitedVenue {
  const exchange = new Exchange(DEAF_LISTENER);
  const membership = unending('UNLIMITED');
  const command = { kind: 'OPEN_ACCOUNT', portfolioId: PORTFOLIO, deposit: dollars(1), membership } as const;
  exchange.applyBatch(0 as Millis, { incarnation: 'test', number: 1, commands: [command] }, null);
  const submit = () => expect.unreachable('nothing is to be sent');
  return { exchange, now: () => Date.now() as Millis, submit, submitGuarded: submit };
}

/** A family as a server has it, by default one whose only caller is the one key. */
export function familyOf(
  terms: FamilyTerms,
  callers: Authentication = authenticate,
  venue: LimitedVenue = quietVenue(),
): Family {
  const requests = new RequestLimits(venue);
  const log = pino({ enabled: false });
  const addresses = addressLimits();
  return new Family(terms, { authenticate: callers, requests, addresses, venue, jsonDepthMax: 32, log });
}

/** Greets, echoes, and keeps a record of what it was told. */
export class EchoProtocol implements StreamProtocol {
  readonly sessions: Session[] = [];
  readonly record: string[] = [];

  opened(session: Session): void {
    this.sessions.push(session);
    this.record.push('opened');
    session.send('hello');
  }

  received(session: Session, text: string): void {
    this.record.push(`received ${text.slice(0, 20)}`);
    session.send(text);
  }

  overloaded(session: Session, text: string): void {
    this.record.push('overloaded');
    session.send(`overloaded: ${text}`);
  }

  unreadable(session: Session, message: string): void {
    this.record.push('unreadable');
    session.send(`error: ${message}`);
  }

  drained(): void {
    this.record.push('drained');
  }

  closed(): void {
    this.record.push('closed');
  }
}

export interface RunningGateway {
  readonly port: number;
  readonly protocol: EchoProtocol;
  readonly sessions: SessionRegistry;
  readonly traffic: Traffic;
  /** What was logged, a JSON line each. */
  readonly logged: string[];
  readonly server: GatewayServer;
}

/** A gateway on a free port; its limits and options as a test needs them. */
export async function startGateway(
  options: Partial<ServerOptions> = {},
  limits: Partial<GatewayLimits> = {},
): Promise<RunningGateway> {
  const logged: string[] = [];
  const log = pino({}, { write: (line: string) => logged.push(line) });
  const traffic = new Traffic();
  const sessions = new SessionRegistry({ ...DEFAULT_LIMITS, ...limits }, traffic);
  const protocol = new EchoProtocol();
  const server = new GatewayServer({
    host: '127.0.0.1',
    port: 0,
    shared: false,
    routes: [],
    envelopes: [],
    origins: new OriginPolicy([]),
    trustProxy: false,
    streamPath: '/v1/ws',
    stream: protocol,
    compression: true,
    gate: GATE,
    sessions,
    addresses: addressLimits(),
    log,
    ...options,
  });
  return { port: await server.listen(), protocol, sessions, traffic, logged, server };
}
