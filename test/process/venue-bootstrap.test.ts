import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/config.js';
import type { Instrument } from '../../src/exchange/markets/instrument.js';
import type { Ppm } from '../../src/exchange/units.js';
import { Feeds } from '../../src/gateway/channels/feeds.js';
import { Venue } from '../../src/gateway/venue.js';
import { VenueBootstrap } from '../../src/process/venue-bootstrap.js';
import { openingOf } from '../billing/billing-stores.js';
import { openCredentials } from '../identity/fresh-credentials.js';
import { TestGateway } from '../journal/gateway.js';
import { openMemoryStores } from '../journal/stores.js';
import { LISTINGS, PREDICTIONS } from '../market/venue.js';
import { DEFAULT_LIMITS } from '../support/limits.js';

const DEMO_KEY = 'the-demo-key-of-the-test';

let gateway: TestGateway;
let logged: string[];
let credentials: Awaited<ReturnType<typeof openCredentials>>;

beforeEach(async () => {
  logged = [];
  credentials = await openCredentials();
  gateway = new TestGateway(await openMemoryStores(), { commandsMax: 1 });
  await gateway.ready();
});

afterEach(async () => {
  credentials.close();
  await gateway.stop();
});

function config(settings: Record<string, string> = { DEMO_KEY }): Config {
  const result = readConfig(settings);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.config;
}

function bootstrap(
  listings = LISTINGS,
  settings?: Record<string, string>,
  predictions = PREDICTIONS,
): VenueBootstrap {
  const feeds = new Feeds({ ...DEFAULT_LIMITS, bookIntervalMs: 0 });
  const venue = new Venue(gateway.replica, gateway.queue, feeds);
  const logger = pino({}, { write: (line: string) => logged.push(line) });
  const options = { config: config(settings), dataDirectory: '', listings, predictions, logger };
  const opening = openingOf(credentials, gateway, options.config.demoPlan);
  return new VenueBootstrap(options, venue, credentials.credentials, (user) => opening.open(user));
}

/** The same listings, the first with other rules. */
function changed(rules: Partial<Instrument>): typeof LISTINGS {
  const [first, ...rest] = LISTINGS;
  return [{ ...first!, instrument: { ...first!.instrument, ...rules } }, ...rest];
}

test('lists the instruments and opens the demo portfolio, also when the venue is overloaded at first', async () => {
  let isAnswered = false;
  gateway.queue.submit({ kind: 'TICK' }, () => {
    isAnswered = true;
  });
  const setUp = bootstrap();
  await setUp.run();
  expect(isAnswered && setUp.isDone).toBe(true);
  expect(gateway.exchange.markets).toHaveLength(LISTINGS.length + 2 * PREDICTIONS.length);
  const [portfolioId] = setUp.demoUser!.user.portfolioIds;
  expect(gateway.exchange.findPortfolio(portfolioId!)).toBeDefined();
});

test('gives the demo user another plan where the operator chose one, and no further deposit', async () => {
  await bootstrap().run();
  await bootstrap(LISTINGS, { DEMO_KEY, DEMO_PLAN: 'basic' }).run();
  const account = gateway.exchange.state.accounts.at(-1)!;
  expect(account.membership).toEqual({ plan: 'BASIC', endsAt: 0, isTrial: false });
  expect(account.deposits).toBe(1_000_000e6);
});

test('takes over other rules of an instrument, and says which it could not', async () => {
  await bootstrap().run();
  const { name, priceDecimals } = LISTINGS[0]!.instrument;
  await bootstrap(changed({ name: `new ${name}` })).run();
  expect(gateway.exchange.markets[0]!.instrument.name).toBe(`new ${name}`);
  await bootstrap(changed({ priceDecimals: priceDecimals + 1 })).run();
  expect(gateway.exchange.markets[0]!.instrument.priceDecimals).toBe(priceDecimals);
  expect(JSON.parse(logged.at(-1)!)).toMatchObject({ symbol: 'BTC', reason: 'INVALID_REQUEST' });
});

test('ends the faults that a sandbox left, and a venue with a sandbox keeps them', async () => {
  const sandbox = { DEMO_KEY, SANDBOX: '1' };
  await bootstrap(LISTINGS, sandbox).run();
  const { id: account } = gateway.exchange.state.accounts.at(-1)!;
  const faults = { latencyMs: 0, dropRate: 0 as Ppm, rejectRate: 1_000_000 as Ppm, isFrozen: true, seed: 1 };
  await gateway.submit({ kind: 'SET_FAULTS', account, faults, disconnects: false });
  await bootstrap(LISTINGS, sandbox).run();
  expect(gateway.exchange.state.account(account)!.faults).toEqual(faults);
  await bootstrap().run();
  expect(gateway.exchange.state.account(account)!.faults).toBeNull();
});

test('ends the demo key of an earlier start on a production venue that is given none', async () => {
  const first = bootstrap();
  await first.run();
  const keys = `{tw:${credentials.venue}}:credentials`;
  expect(await credentials.commands.hlen(keys)).toBe(1);
  const second = bootstrap(LISTINGS, { NODE_ENV: 'production' });
  await second.run();
  expect([second.demoUser, await credentials.commands.hlen(keys)]).toEqual([null, 0]);
});
