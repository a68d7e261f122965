// What a gateway's crash costs, printed: `node dist/bench/failover.js [--small]` after `npm run build`.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { withRedis } from './bench-redis.js';
import { type FailOver, failOver } from './fail-over.js';
import type { GatewayFleet } from './gateway-fleet.js';
import { GatewayPair } from './gateway-pair.js';
import { line, seriesLine, title } from './report.js';
import { RoleWatch } from './role-watch-redis.js';
import { SharedPort } from './shared-port.js';
import { SteadyTraders } from './steady-traders.js';
import { type TakeOver, takeOver } from './take-over.js';

const { values } = parseArgs({ options: { small: { type: 'boolean', default: false } } });
const ROUNDS = values.small ? 2 : 10;
const TRADERS = 4;

await withRedis(async (redisUrl) => {
  const fleets = { 'two processes': GatewayPair.start, 'GATEWAYS=2': SharedPort.start };
  for (const [name, start] of Object.entries(fleets)) {
    const fleet: GatewayFleet = await start(settingsOf(redisUrl));
    await benchFailOver(name, fleet).finally(() => fleet.stop());
  }
  await benchTakeOver(redisUrl);
});

/** Of a venue of its own. */
function settingsOf(redisUrl: string) {
  const VENUE = `bench-${randomUUID()}`;
  return { REDIS_URL: redisUrl, VENUE, DEMO_KEY: randomUUID(), MARKET: 'synthetic', BOOK_INTERVAL_MS: '0' };
}

async function benchFailOver(name: string, fleet: GatewayFleet): Promise<void> {
  const traders = new SteadyTraders(() => fleet.targets, TRADERS);
  const rounds: FailOver[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await fleet.healed();
    rounds.push(await failOver(fleet));
  }
  await traders.stop();
  title(`A client whose gateway is killed, ${name}, ${TRADERS} traders beside it, ${ROUNDS} rounds`);
  seriesLine(
    'first event at another gateway, ms',
    rounds.map(({ eventMs }) => eventMs),
  );
  seriesLine(
    'first order acknowledged, ms',
    rounds.map(({ orderMs }) => orderMs),
  );
  const findings = rounds.flatMap((round) => round.findings);
  line('checks', findings.length === 0 ? 'every event once and in order, over both' : findings.join('\n  '));
  if (findings.length > 0) process.exitCode = 1;
}

async function benchTakeOver(redisUrl: string): Promise<void> {
  const settings = settingsOf(redisUrl);
  const pair = await GatewayPair.start(settings);
  const watch = await RoleWatch.open(redisUrl, settings.VENUE);
  const rounds: TakeOver[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await pair.healed();
      rounds.push(await takeOver(pair, watch));
    }
  } finally {
    watch.close();
    await pair.stop();
  }
  title(`The process with the roles is killed, ${ROUNDS} rounds`);
  seriesLine(
    'the market moves again, ms',
    rounds.map(({ marketMs }) => marketMs),
  );
  seriesLine(
    'what happens is archived again, ms',
    rounds.map(({ archiveMs }) => archiveMs),
  );
}
