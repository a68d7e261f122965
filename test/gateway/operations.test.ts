import { afterEach, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/api/operations/operations-family.js';
import { operationsRoutes, type Readiness } from '../../src/api/operations/operations-routes.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { familyOf, type RunningGateway, startGateway } from './running-gateway.js';

let gateway: RunningGateway;
let readiness: Readiness;

afterEach(() => gateway.server.stop(0));

test('tells alive from ready, and says why not', async () => {
  gateway = await startGateway({
    routes: operationsRoutes(
      familyOf(OPERATIONS),
      async () => readiness,
      new Metrics(trafficless(), readings).registry,
    ),
  });
  const get = (path: string) => fetch(`http://127.0.0.1:${gateway.port}${path}`);
  readiness = { status: 'starting', reason: 'replaying the journal' };
  expect((await get('/health')).status).toBe(200);
  const starting = await get('/ready');
  expect([starting.status, await starting.json()]).toEqual([503, readiness]);
  readiness = { status: 'ready', reason: null };
  expect((await get('/ready')).status).toBe(200);
});

test('counts what passes, for Prometheus', async () => {
  const traffic = trafficless();
  const metrics = new Metrics(traffic, readings);
  metrics.appendSeconds.observe(0.002);
  gateway = await startGateway({
    routes: operationsRoutes(familyOf(OPERATIONS), async () => readiness, metrics.registry),
  });
  traffic.framesIn = 7;
  traffic.requestsByStatus.set('404', 2);
  const read = async () => (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text();
  await read();
  const text = await read();
  expect(text).toContain('tradewire_sessions 3');
  expect(text).toContain('tradewire_frames_in_total 7');
  expect(text).toContain('tradewire_http_requests_total{status="404"} 2');
  expect(text).toContain('tradewire_commands_applied_total 11');
  expect(text).toContain('tradewire_journal_append_seconds_count 1');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});

const readings = {
  sessions: () => 3,
  waitingBytes: () => 0,
  commandsWaiting: () => 0,
  openOrders: () => 2,
  journalPosition: () => 5,
  commandsApplied: () => 11,
  archiveLagSeconds: () => 1.5,
};

function trafficless() {
  return {
    framesIn: 0,
    framesOut: 0,
    framesRefused: 0,
    requestsByStatus: new Map<string, number>(),
    closesByCode: new Map<number, number>(),
  };
}
