// What a gateway's crash costs, printed: `node dist/bench/failover.js [--small]` after `npm run build`.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { withRedis } from './bench-redis.js';
import { failOver } from './fail-over.js';
import type { GatewayFleet } from './gateway-fleet.js';
import { GatewayPair } from './gateway-pair.js';
import { inTime } from './in-time.js';
import { EXIT_CODES, ROLE_MOVES_WITHIN_MS, verdictOnMost } from './promises.js';
import { line, seriesLine, title, verdictLine, whole } from './report.js';
import { RoleWatch } from './role-watch-redis.js';
import { seriesOf } from './series.js';
import { SharedPort } from './shared-port.js';
import { SteadyTraders } from './steady-traders.js';
import { type TakeOver, takeOver } from './take-over.js';

const { values } = parseArgs({ options: { small: { type: 'boolean', default: false } } });
const ROUNDS = values.small ? 2 : 10;
const TRADERS = 4;
/** A server that hangs is ended first, and another one may take a minute to start where the machine is busy. */
const HEALED_WITHIN_MS = 90_000;

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
  const findings: string[] = [];
  const traders = new SteadyTraders(() => fleet.targets, TRADERS);
  const rounds = await roundsOf(fleet, () => failOver(fleet), findings);
  await inTime('the end of the traders', traders.stop()).catch((error) => findings.push(String(error)));
  title(`A client whose gateway is killed, ${name}, ${TRADERS} traders beside it, ${ROUNDS} rounds`);
  seriesLine(
    'first event at another gateway, ms',
    rounds.map(({ eventMs }) => eventMs),
  );
  seriesLine(
    'first order acknowledged, ms',
    rounds.map(({ orderMs }) => orderMs),
  );
  findings.push(...rounds.flatMap((round) => round.findings));
  checksLine('every event once and in order, over both', findings);
}

async function benchTakeOver(redisUrl: string): Promise<void> {
  const settings = settingsOf(redisUrl);
  const pair = await GatewayPair.start(settings);
  const watch = await RoleWatch.open(redisUrl, settings.VENUE);
  const findings: string[] = [];
  let rounds: readonly TakeOver[];
  try {
    rounds = await roundsOf(pair, () => takeOver(pair, watch), findings);
  } finally {
    watch.close();
    await pair.stop();
  }
  title(`The process with the roles is killed, ${ROUNDS} rounds`);
  for (const [label, figure] of [
    ['the market moves again, ms', 'marketMs'],
    ['what happens is archived again, ms', 'archiveMs'],
  ] as const) {
    const values = rounds.map((round) => round[figure]);
    seriesLine(label, values);
    const verdict = verdictOnMost(seriesOf(values).highest, ROLE_MOVES_WITHIN_MS);
    verdictLine(`at most ${whole(ROLE_MOVES_WITHIN_MS)}`, verdict);
  }
  checksLine('both moved each time', findings);
}

/** What was measured before something was waited for in vain, which is then among the findings. */
async function roundsOf<Result>(
  fleet: GatewayFleet,
  run: () => Promise<Result>,
  findings: string[],
): Promise<readonly Result[]> {
  const results: Result[] = [];
  try {
    while (results.length < ROUNDS) {
      await inTime('two gateways', fleet.healed(), HEALED_WITHIN_MS);
      results.push(await run());
    }
  } catch (error) {
    findings.push(String(error));
  }
  return results;
}

function checksLine(wellText: string, findings: readonly string[]): void {
  line('checks', findings.length === 0 ? wellText : findings.join('\n  '));
  if (findings.length > 0) process.exitCode = EXIT_CODES.BROKEN;
}
