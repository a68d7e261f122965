import { Type } from 'typebox';
import { standingHeaders, tooManyText } from '../../gateway/charging/rate-limit-text.js';
import type { RequestStanding } from '../../gateway/charging/request-standing.js';
import { portfolioAsked } from '../../gateway/sessions/session-principal.js';
import { SESSION_REFUSALS } from '../../gateway/sessions/session-refusal.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { orNull } from '../request/answer-schema.js';
import { reply } from '../request/reply.js';

/** Whether this process can serve now; `reason` says why not. */
export interface Readiness {
  readonly status: 'ready' | 'starting' | 'degraded' | 'draining';
  readonly reason: string | null;
}

/** Where the metrics come from; prom-client's Registry is one. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

const READINESS = Type.Object({
  status: Type.Enum(['ready', 'starting', 'degraded', 'draining']),
  reason: orNull(Type.String()),
});

/** The operator's routes: alive, ready, measured. */
export function operationsRoutes(
  family: Family,
  readiness: () => Promise<Readiness>,
  metrics: MetricsSource,
): readonly Endpoint[] {
  return [
    family.open(
      {
        method: 'GET',
        path: '/health',
        summary: 'Whether the process lives',
        access: 'public',
        answers: {
          200: { description: 'It does', schema: Type.Object({ status: Type.Literal('ok') }) },
        },
      },
      () => reply('{"status":"ok"}'),
    ),
    family.open(
      {
        method: 'GET',
        path: '/ready',
        summary: 'Whether clients may be sent here',
        access: 'public',
        answers: {
          200: { description: 'They may', schema: READINESS },
          503: { description: 'Not now', schema: READINESS },
        },
      },
      async () => {
        const now = await readiness();
        return { status: now.status === 'ready' ? 200 : 503, body: JSON.stringify(now) };
      },
    ),
    family.open(
      {
        method: 'GET',
        path: '/metrics',
        summary: 'How it fares, for Prometheus',
        access: 'public',
        answers: {
          200: { description: 'The metrics', schema: Type.String(), contentType: metrics.contentType },
        },
      },
      async () => ({ status: 200, body: await metrics.metrics(), contentType: metrics.contentType }),
    ),
  ];
}

/**
 * The stream's path for whoever asks without a WebSocket. Pages of a browser are not told why a handshake was refused,
 * and learn by this whether it was for good, or when to come again. `standingOf` is how an address stands that is about
 * to begin a handshake, and `forbiddenReason` why the owner of a portfolio may not have a session.
 */
export function streamRoute(
  family: Family,
  path: string,
  standingOf: (address: string) => RequestStanding,
  forbiddenReason: (portfolioId: string) => string | null,
): Endpoint {
  return family.closed(
    {
      method: 'GET',
      path,
      summary: 'The native stream, a WebSocket',
      description: 'Without a WebSocket it tells whether the credential would be let in, and costs nothing.',
      access: 'any',
      answers: {
        101: { description: 'The stream begins' },
        403: { description: 'The portfolio is another user’s, or its trial or subscription is over' },
        426: { description: 'The credential is good, and the request did not ask for a WebSocket' },
        429: { description: 'The address has begun too many handshakes within a minute' },
      },
    },
    ({ request, principal }) => {
      const standing = standingOf(request.address);
      if (standing.isRefused) {
        return { status: 429, body: tooManyText(standing), headers: standingHeaders(standing) };
      }
      const portfolioId = portfolioAsked(request.query, principal);
      const { status, message } = SESSION_REFUSALS.FOREIGN_PORTFOLIO;
      if (portfolioId === null) return family.refusal(status, message);
      const forbidden = forbiddenReason(portfolioId);
      if (forbidden !== null) return family.refusal(status, forbidden);
      return family.refusal(426, 'Connect with a WebSocket', { upgrade: 'websocket' });
    },
  );
}
