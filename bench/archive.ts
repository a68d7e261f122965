// How fast the archive is and what it costs, printed: `node dist/bench/archive.js [--small]` after `npm run build`.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { benchArchiveCost, benchArchiving } from './archive-cost.js';
import { withRedis } from './bench-redis.js';
import { runInChild } from './job.js';
import { latencyLine, line, seriesLine, title, whole } from './report.js';
import { RoleWatch } from './role-watch-redis.js';
import { alternate } from './series.js';
import { TradewireServer } from './tradewire-server.js';

const { values } = parseArgs({ options: { small: { type: 'boolean', default: false } } });
const SECONDS = values.small ? 2 : 20;
const ROUNDS = values.small ? 1 : 2;
const RATES_PER_SECOND = values.small ? [500] : [1_000, 5_000];
const CONNECTIONS = 8;

await withRedis(async (redisUrl) => {
  const settings = { REDIS_URL: redisUrl, VENUE: `bench-${randomUUID()}` };
  const venue = await TradewireServer.start('always', settings);
  const watch = await RoleWatch.open(redisUrl, settings.VENUE);
  try {
    await throughput(venue, watch);
    await cost(venue, watch);
  } finally {
    watch.close();
    await venue.stop();
  }
});

async function throughput(venue: TradewireServer, watch: RoleWatch): Promise<void> {
  const load = { connections: CONNECTIONS, inFlight: 64, warmUpSeconds: 0, seconds: SECONDS };
  const [rounds] = await alternate(ROUNDS, [
    () => benchArchiving(venue, watch, (target) => runInChild('closedLoop', { target, ...load })),
  ]);
  title(
    `The archive under full load: ${CONNECTIONS} connections, 64 in flight, ${ROUNDS} rounds of ${SECONDS} s`,
  );
  for (const [label, figure] of [
    ['orders acknowledged/s', 'ordersPerSecond'],
    ['private events made/s', 'eventsPerSecond'],
    ['archived meanwhile/s', 'archivedPerSecond'],
    ['behind at the end, ms', 'behindMs'],
    ['archived afterwards/s', 'caughtUpPerSecond'],
  ] as const) {
    seriesLine(
      label,
      rounds!.map((round) => round[figure]),
    );
  }
  const cpu = rounds!.flatMap(({ eventCpuUs }) => (eventCpuUs === null ? [] : [eventCpuUs]));
  if (cpu.length > 0) seriesLine('CPU an event archived afterwards, µs', cpu);
  const findings = rounds!.flatMap((round) => round.findings);
  if (findings.length > 0) throw new Error(findings.join('\n'));
}

async function cost(venue: TradewireServer, watch: RoleWatch): Promise<void> {
  title(
    `What it costs orders: ${CONNECTIONS} connections, latency from the planned instant, ${ROUNDS} rounds`,
  );
  for (const ratePerSecond of RATES_PER_SECOND) {
    const load = {
      connections: CONNECTIONS,
      ratePerSecond,
      warmUpSeconds: SECONDS / 8,
      seconds: SECONDS / 2,
    };
    const { archived, unarchived } = await benchArchiveCost(
      venue,
      watch,
      (target) => runInChild('openLoop', { target, ...load }),
      ROUNDS,
    );
    line('orders/s', whole(ratePerSecond));
    latencyLine('nobody archives', unarchived);
    latencyLine('they are archived', archived);
  }
}
