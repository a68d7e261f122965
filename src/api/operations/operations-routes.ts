import { Type } from 'typebox';
import { nativeEnvelope } from '../../gateway/envelope.js';
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

/** Where the stream is, for whoever asks without a WebSocket. */
export function streamRoute(family: Family, path: string): Endpoint {
  return family.open(
    {
      method: 'GET',
      path,
      summary: 'The native stream, a WebSocket',
      access: 'public',
      answers: {
        101: { description: 'The stream begins' },
        426: { description: 'The request did not ask for a WebSocket' },
      },
    },
    () => ({
      status: 426,
      body: nativeEnvelope(426, 'Connect with a WebSocket'),
      headers: { upgrade: 'websocket' },
    }),
  );
}
