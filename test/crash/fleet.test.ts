import { expect, onTestFinished, test } from 'vitest';
import { Fleet } from '../support/fleet.js';
import { Random } from '../support/random.js';
import { RedisServer } from '../support/redis-server.js';
import { Sandbox } from '../support/sandbox.js';
import { StreamClient, type StreamError } from '../support/stream-client.js';
import type { BookData } from '../support/stream-data.js';
import { SurvivingBot } from '../support/surviving-bot.js';
import { toldHistory } from '../support/told-events.js';
import { addTrader } from '../support/trader.js';
import { until } from '../support/until.js';

/** `FLEET_SEED=7` runs that one. */
const SEED = Number(process.env['FLEET_SEED'] ?? Date.now() % 1_000_000);
const GATEWAYS = 3;
const BOTS = 3;
const ROUNDS = 4;
/** In this round Redis is killed, too. */
const REDIS_ROUND = 2;

interface State {
  readonly position: number;
  readonly hash: string;
}

/** The state of every gateway, once all of them have applied the same. */
async function commonState(fleet: Fleet): Promise<readonly State[]> {
  let states: readonly State[] = [];
  await until('all gateways are at one position', async () => {
    const answers = await Promise.all(
      fleet.gateways.map((gateway) => gateway.ask('GET', '/v1/sandbox/state')),
    );
    states = answers.map(({ body }) => body as State);
    return new Set(states.map(({ position }) => position)).size === 1;
  });
  return states;
}

async function bookOf(fleet: Fleet, index: number) {
  const client = await StreamClient.connect(fleet.gateways[index]!);
  await client.subscribe(['book:BTC']);
  const { bids, asks } = await client.call<BookData>('book.get', { symbol: 'BTC', depth: 100 });
  await until('the book is here', () => client.bookFrames.length > 0);
  const { checksum } = client.bookFrames.at(-1)!;
  await client.close();
  return { bids, asks, checksum };
}

/** Whether each order that was not acknowledged exists: every gateway can say. */
async function existing(fleet: Fleet, bot: SurvivingBot, ids: readonly string[]): Promise<string[]> {
  const client = await StreamClient.connect(fleet.gateways[0]!, bot.trader.key);
  const found: string[] = [];
  for (const clientOrderId of ids) {
    await client.call('order.get', { clientOrderId }).then(
      () => found.push(clientOrderId),
      (error: unknown) => expect((error as StreamError).code).toBe('ORDER_NOT_FOUND'),
    );
  }
  await client.close();
  return found;
}

test(`gateways killed under load: what resuming clients saw is what the journal tells (seed ${SEED})`, {
  timeout: 180_000,
}, async () => {
  const random = new Random(SEED);
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const fleet = await Fleet.start(GATEWAYS, { REDIS_URL: redis.url, LOG_LEVEL: 'error' });
  onTestFinished(() => fleet.stop());
  const quotes = { oracle: 50_000, bids: [[49_990, 5_000]], asks: [[50_010, 5_000]] } as const;
  await new Sandbox(fleet.gateways[0]!).market('BTC', quotes);
  const bots: SurvivingBot[] = [];
  for (let index = 0; index < BOTS; index++) {
    const trader = await addTrader(fleet.gateways[0]!);
    bots.push(new SurvivingBot(fleet, trader, new Random(random.between(1, 1_000_000))));
  }
  const acknowledges = async (count: number) => {
    const total = () => bots.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    const wanted = total() + count;
    await until(`${count} more orders are acknowledged`, () => total() >= wanted);
  };
  for (let round = 1; round <= ROUNDS; round++) {
    await acknowledges(random.between(1, 100));
    await fleet.killAny(random);
    if (round === REDIS_ROUND) await redis.restart();
  }
  await fleet.complete();
  await acknowledges(100);
  await Promise.all(bots.map((bot) => bot.finish()));

  const [state, ...others] = await commonState(fleet);
  const { events, hash } = await toldHistory(redis.url, fleet.venue, state!.position);
  for (const other of [state!, ...others]) expect(other.hash).toBe(hash);
  const books = await Promise.all(fleet.gateways.map((_, index) => bookOf(fleet, index)));
  for (const book of books) expect(book).toEqual(books[0]);
  for (const bot of bots) {
    // The clock goes on, and may have brought a payment since.
    const told = events.get(bot.trader.portfolioId)!.slice(0, bot.seen.length);
    expect(bot.seen).toEqual(told);
    const all = bot.seen.join('\n');
    const fated = (wanted: string) => [...bot.fates].filter(([, fate]) => fate === wanted).map(([id]) => id);
    const isTold = (id: string) => all.includes(`"${id}"`);
    expect(fated('ACKNOWLEDGED').filter((id) => !isTold(id))).toEqual([]);
    expect(fated('NOT_DONE').filter(isTold)).toEqual([]);
    const unknown = fated('UNKNOWN');
    expect(await existing(fleet, bot, unknown)).toEqual(unknown.filter(isTold));
  }
  expect(bots.some(({ connections }) => connections > 2)).toBe(true);
});
