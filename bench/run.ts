import { join } from 'node:path';
import { pino } from 'pino';
import { startPrivateRedis } from '../src/private-redis.js';
import type { AppendResult } from './append-redis.js';
import type { ClosedLoopOptions, LoadResult } from './closed-loop.js';
import type { FundingHourResult } from './funding-hour.js';
import { runInChild, startInChild } from './job.js';
import { quoteMarket } from './quoted-market.js';
import type { Target } from './raw-client.js';
import { conditions, latencyLine, line, percent, seriesLine, title, whole } from './report.js';
import { alternate, seriesOf } from './series.js';
import { readSizes, type Sizes } from './sizes.js';
import { TradewireServer } from './tradewire-server.js';
import { loadVenue, type VenueLoad } from './venue-load.js';

const INSTRUMENT_FILE = 'config/instruments.json';
const REST_CONNECTIONS = 32;
const RESTING_ORDERS = 10_000;
const BATCH_COMMANDS = 64;
const LIQUIDATED_ACCOUNTS = 1_000;
const INTERRUPTED = 130;
const CHECKED = 'every request answered once, private events dense, open orders as acknowledged';

/** One whole run against servers that were started for it. */
class Bench {
  private readonly findings: string[] = [];
  private checkedLoads = 0;

  constructor(
    private readonly sizes: Sizes,
    private readonly venue: TradewireServer,
    private readonly echo: Target,
    /** A Redis that is set up as the journal's is, for single appends. */
    private readonly redisUrl: string,
  ) {}

  /** Prints all figures; true when every check held. */
  async run(): Promise<boolean> {
    await quoteMarket(this.venue.target);
    const append = await this.append();
    conditions(this.sizes, append.redisVersion);
    await this.throughput();
    await this.atRest();
    await this.rates();
    await this.engine();
    await this.rest();
    title('Checks');
    line(`${this.checkedLoads} loads`, this.findings.length === 0 ? CHECKED : this.findings.join('\n  '));
    return this.findings.length === 0;
  }

  private async throughput(): Promise<void> {
    const { connections, inFlight, seconds, rounds } = this.sizes;
    const variants = [false, true].map((isStreamed) => () => this.orders(connections, inFlight, isStreamed));
    const echo = async (): Promise<VenueLoad<LoadResult>> => {
      const load = await runInChild('closedLoop', this.closedLoop(this.echo, connections, inFlight));
      return { load, cpu: null, events: 0, findings: [] };
    };
    const results = await alternate(rounds, [echo, ...variants]);
    const [echoed, placed, streamed] = results.map((loads) => loads.map(({ load }) => load));
    const rate = (loads: readonly LoadResult[]): number[] => loads.map((load) => load.acknowledgedPerSecond);
    const sizes = placed![0]!;
    title(
      `Throughput: ${connections} connections, ${inFlight} in flight, ${rounds} alternating rounds of ${seconds} s`,
    );
    line(
      'bytes',
      `${sizes.requestBytes} a request, ${sizes.answerBytes} an answer (echo: ${echoed![0]!.answerBytes})`,
    );
    seriesLine('bare uWebSockets.js JSON echo, answers/s', rate(echoed!));
    seriesLine('orders acknowledged/s', rate(placed!));
    seriesLine('… while a session follows their events', rate(streamed!));
    const ratio = seriesOf(rate(placed!)).median / seriesOf(rate(echoed!)).median;
    line(
      'orders / echo',
      `${ratio.toFixed(2).padStart(10)}  (noise of the echo: ${percent(seriesOf(rate(echoed!)).spread)})`,
    );
    this.cpu('CPU an order, gateway, µs', results[1]!, (cpu) => cpu.gatewayUs);
    this.cpu('CPU an order, Redis, µs', results[1]!, (cpu) => cpu.redisUs);
    seriesLine(
      'CPU an order, load generator, µs',
      placed!.map((load) => load.clientCpuUs),
      tenths,
    );
  }

  private cpu(
    label: string,
    loads: readonly VenueLoad<LoadResult>[],
    pick: (cpu: NonNullable<VenueLoad<LoadResult>['cpu']>) => number,
  ): void {
    const values = loads.flatMap(({ cpu, load }) => (cpu === null ? [] : [pick(cpu) / load.answered]));
    if (values.length > 0) seriesLine(label, values, tenths);
  }

  private async atRest(): Promise<void> {
    const [echoed, placed, appended] = await alternate(this.sizes.rounds, [
      async () => (await runInChild('closedLoop', this.closedLoop(this.echo, 1, 1))).latency,
      async () => (await this.orders(1, 1, false)).load.latency,
      async () => (await this.append()).latency,
    ]);
    title('At rest: one request at a time');
    latencyLine('order', placed!);
    latencyLine('echo', echoed!);
    latencyLine('Redis XADD', appended!);
    const p50 = (rounds: typeof placed): number => seriesOf(rounds!.map((round) => round.p50Us)).median;
    const ratio = p50(placed) / (p50(echoed) + p50(appended));
    line('order p50 / (echo p50 + XADD p50)', ratio.toFixed(2).padStart(10));
  }

  private async rates(): Promise<void> {
    const { connections, seconds, ratesPerSecond } = this.sizes;
    title(`At a fixed rate: ${connections} connections, latency from the planned instant`);
    for (const ratePerSecond of ratesPerSecond) {
      const { load } = await this.checked(false, (target) =>
        runInChild('openLoop', { target, connections, ratePerSecond, warmUpSeconds: seconds / 4, seconds }),
      );
      latencyLine(`${whole(ratePerSecond)} orders/s`, [load.latency]);
      latencyLine('  of it the generator being late', [load.lateness]);
    }
  }

  private async engine(): Promise<void> {
    const { rounds, bookOperations, replayCommands } = this.sizes;
    const book = {
      operations: bookOperations,
      resting: RESTING_ORDERS,
      cancels: bookOperations / 2,
      deepQueue: 10_000,
    };
    const recording = {
      commands: replayCommands,
      commandsPerBatch: BATCH_COMMANDS,
      instrumentFile: INSTRUMENT_FILE,
    };
    const [books] = await alternate(rounds, [() => runInChild('book', book)]);
    const [replays] = await alternate(rounds, [() => runInChild('replay', recording)]);
    title('The engine alone, in a process of its own');
    seriesLine(
      'book: add/cancel/take 45/45/10, operations/s',
      books!.map((result) => result.operationsPerSecond),
    );
    seriesLine(
      'cancel and add in a queue of 10, ns',
      books!.map((result) => result.shallowCancelNs),
    );
    seriesLine(
      'cancel and add in a queue of 10,000, ns',
      books!.map((result) => result.deepCancelNs),
    );
    seriesLine(
      'replay, commands/s',
      replays!.map((result) => result.commandsPerSecond),
    );
    const crowd = { accounts: LIQUIDATED_ACCOUNTS, instrumentFile: INSTRUMENT_FILE };
    const [falls] = await alternate(rounds, [() => runInChild('liquidations', crowd)]);
    for (const method of ['MARKET', 'BACKSTOP', 'ADL'] as const) {
      seriesLine(
        `one mark update that liquidates ${whole(LIQUIDATED_ACCOUNTS)} accounts, ${method}, ms`,
        falls!.map((fall) => fall[method].elapsedMs),
        tenths,
      );
    }
    if (replays!.some((result) => !result.sameState)) this.findings.push('a replay ended in another state');
    await this.fundingHour();
  }

  private async fundingHour(): Promise<void> {
    const { rounds, fundedAccounts } = this.sizes;
    const options = { accounts: fundedAccounts, positionsEach: 1, hours: 5, instrumentFile: INSTRUMENT_FILE };
    const [hours] = await alternate(rounds, [() => runInChild('fundingHour', options)]);
    title(`A full hour of ${whole(fundedAccounts)} portfolios with a position, events and all`);
    for (const [label, pick] of [
      ['journal entries that it takes', (hour) => hour.entriesPerHour],
      ['one of them, median, ms', (hour) => hour.medianTurnMs],
      ['the longest, with garbage collection, ms', (hour) => hour.longestTurnMs],
      ['all in one, ms', (hour) => hour.unslicedTurnMs],
    ] as const satisfies readonly [string, (hour: FundingHourResult) => number][]) {
      seriesLine(label, hours!.map(pick), tenths);
    }
  }

  private async rest(): Promise<void> {
    const { target } = this.venue;
    const { orders, reads } = await runInChild('rest', {
      target,
      connections: REST_CONNECTIONS,
      seconds: Math.max(1, Math.round(this.sizes.seconds)),
    });
    title(`REST by autocannon: ${REST_CONNECTIONS} connections, one request in flight each`);
    for (const [label, load] of [
      ['POST /v1/orders, PUT …/cancel', orders],
      ['GET /v1/orders/:orderId', reads],
    ] as const) {
      line(
        label,
        `${whole(load.requestsPerSecond).padStart(10)}/s  p50 ${load.p50Ms}  p99 ${load.p99Ms}  max ${load.maxMs} ms`,
      );
      if (load.failed > 0) this.findings.push(`${load.failed} requests of ${label} failed`);
    }
  }

  private append(): Promise<AppendResult> {
    return runInChild('append', { redisUrl: this.redisUrl, appends: this.sizes.appends });
  }

  private orders(connections: number, inFlight: number, isStreamed: boolean): Promise<VenueLoad<LoadResult>> {
    return this.checked(isStreamed, (target) =>
      runInChild('closedLoop', this.closedLoop(target, connections, inFlight)),
    );
  }

  private async checked<Load extends LoadResult>(
    isStreamed: boolean,
    run: (target: Target) => Promise<Load>,
  ): Promise<VenueLoad<Load>> {
    const result = await loadVenue(this.venue, isStreamed, run);
    this.checkedLoads++;
    this.findings.push(...result.findings);
    return result;
  }

  private closedLoop(target: Target, connections: number, inFlight: number): ClosedLoopOptions {
    const { seconds } = this.sizes;
    return { target, connections, inFlight, warmUpSeconds: seconds / 4, seconds };
  }
}

function tenths(value: number): string {
  return value.toFixed(1);
}

const sizes = readSizes(process.argv.slice(2));
const venue = await TradewireServer.start(sizes.fsync);
const dataDirectory = join(venue.directory, 'append');
const redis = await startPrivateRedis({ dataDirectory, fsync: sizes.fsync, logger: pino({ level: 'warn' }) });

/** Ends the servers; ends with them whatever is still measured. */
async function end(exitCode: number): Promise<never> {
  if (redis.ok) await redis.redis.stop();
  await venue.stop();
  process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void end(INTERRUPTED));
// Also a reader of the output that goes away must not leave the servers behind.
process.on('uncaughtException', () => void end(1));
try {
  if (!redis.ok) throw new Error(redis.problem);
  const { result: port } = await startInChild('echo', null);
  const bench = new Bench(sizes, venue, { host: '127.0.0.1', port, apiKey: '' }, redis.redis.url);
  await end((await bench.run()) ? 0 : 1);
} catch (error) {
  console.error(error);
  await end(1);
}
