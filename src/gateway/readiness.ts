import type { HttpReply, Route } from './http.js';

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

/** The operator's routes: alive, ready, measured. */
export function operationsRoutes(readiness: () => Readiness, metrics: MetricsSource): readonly Route[] {
  return [
    { method: 'GET', path: '/health', handle: () => ({ status: 200, body: '{"status":"ok"}' }) },
    { method: 'GET', path: '/ready', handle: () => readyReply(readiness()) },
    {
      method: 'GET',
      path: '/metrics',
      handle: async () => ({ status: 200, body: await metrics.metrics(), contentType: metrics.contentType }),
    },
  ];
}

function readyReply(readiness: Readiness): HttpReply {
  return { status: readiness.status === 'ready' ? 200 : 503, body: JSON.stringify(readiness) };
}
