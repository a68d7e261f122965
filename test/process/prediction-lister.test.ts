import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config.js';
import { Feeds } from '../../src/gateway/channels/feeds.js';
import { Venue } from '../../src/gateway/venue.js';
import { connectRedis, whenConnected } from '../../src/journal/connection-redis.js';
import { dueInstruments } from '../../src/market/prediction-calendar.js';
import { PredictionLister } from '../../src/process/prediction-lister.js';
import { VenueBootstrap } from '../../src/process/venue-bootstrap.js';
import { openCredentials } from '../identity/fresh-credentials.js';
import { TestGateway } from '../journal/gateway.js';
import { openRedisStores, SILENT } from '../journal/stores.js';
import { LISTINGS, PREDICTIONS } from '../market/venue.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

let redis: RedisServer;
let credentials: Awaited<ReturnType<typeof openCredentials>>;
let gateway: TestGateway;
let venue: Venue;
let lister: PredictionLister;
let logged: string[];

beforeEach(async () => {
  redis = await RedisServer.start();
  credentials = await openCredentials();
  gateway = new TestGateway(await openRedisStores(undefined, redis.url));
  const feeds = new Feeds({ ...DEFAULT_LIMITS, bookIntervalMs: 0 });
  venue = new Venue(gateway.replica, gateway.queue, feeds);
  logged = [];
});

afterEach(async () => {
  lister.stop();
  await gateway.stop();
  credentials.close();
  await redis.stop();
});

/** Sets up a venue that asks some questions, now and whenever its exchange has become another one. */
async function ask(questions = PREDICTIONS): Promise<void> {
  const read = readConfig({ NODE_ENV: 'production' });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const { config } = read;
  const logger = pino({}, { write: (line: string) => logged.push(line) });
  const options = { config, dataDirectory: '', listings: LISTINGS, predictions: questions, logger };
  const bootstrap = new VenueBootstrap(options, venue, credentials.credentials, async () => null);
  lister = new PredictionLister(questions, venue, bootstrap);
  lister.start();
  gateway.onReady = () => void bootstrap.run();
  await gateway.ready();
  await bootstrap.run();
  await bootstrap.done();
}

/** The symbols that are due by now. */
function due(): readonly string[] {
  return dueInstruments(PREDICTIONS, venue.exchange, venue.now()).map(({ symbol }) => symbol);
}

function areListed(symbols: readonly string[]): boolean {
  return symbols.every((symbol) => venue.exchange.findMarket(symbol) !== undefined);
}

/** Moves the clock to the end of the quarter, and returns the symbols of the next one. */
async function endQuarter(): Promise<readonly string[]> {
  const { settlesAt } = venue.exchange.findMarket(due()[0]!)!.instrument.prediction!;
  await gateway.submit({ kind: 'ADVANCE_CLOCK', advanceMs: settlesAt - venue.now() + 1_000 });
  return due();
}

test('the predictions of the next quarter are listed when one has ended', async () => {
  await ask();
  const present = due();
  expect(areListed(present)).toBe(true);
  const next = await endQuarter();
  expect(next).toHaveLength(2 * PREDICTIONS.length);
  expect(next.some((symbol) => present.includes(symbol))).toBe(false);
  await until('the next ones are listed', () => areListed(next));
});

test('those of the next quarter are listed ahead when the present ones have settled', async () => {
  await ask();
  const present = due();
  for (const symbol of present) {
    const { marketId, outcome } = venue.exchange.findMarket(symbol)!.instrument.prediction!;
    if (outcome === 'YES') await gateway.submit({ kind: 'SETTLE_PREDICTION', marketId, outcome });
  }
  expect(due().some((symbol) => present.includes(symbol))).toBe(false);
  await until('the next ones are listed', () => areListed(due()));
});

test('after Redis has lost its history they are listed again', async () => {
  await ask();
  const present = due();
  const next = await endQuarter();
  await until('the next ones are listed', () => areListed(next));
  const { exchange } = venue;
  const commands = connectRedis(redis.url, 'test', SILENT);
  await whenConnected(commands);
  await commands.flushall();
  commands.disconnect();
  await until('the exchange is another one', () => venue.exchange !== exchange && areListed(present));
  expect(areListed(next)).toBe(false);
  expect(await endQuarter()).toEqual(next);
  await until('the next ones are listed again', () => areListed(next));
});

test('what the exchange refuses is tried once by it, and not for ever', async () => {
  const unknown = { ...PREDICTIONS[0]!, reference: 'NOBODY' };
  await ask([unknown, ...PREDICTIONS]);
  const refused = () => logged.map((line) => JSON.parse(line)).filter(({ reason }) => reason !== undefined);
  await until('the lister has tried, too', () => refused().length === 4);
  const next = await endQuarter();
  await until('the next ones are listed', () => areListed(next));
  const symbols = refused().map(({ symbol }) => symbol);
  expect(symbols).toHaveLength(6);
  expect(new Set(symbols)).toHaveLength(4);
});
