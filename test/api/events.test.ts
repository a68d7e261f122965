import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tradewire } from '../support/tradewire.js';
import { demoAccount } from './users.js';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

interface Events {
  readonly epoch: string;
  readonly oldest: number;
  readonly newest: number;
  readonly events: readonly { readonly channel: string; readonly seq: number; readonly prev: number }[];
}

async function poll(query: string): Promise<Events> {
  return (await tradewire.ask('GET', `/v1/events${query}`)).body as Events;
}

test('a poller gets every event after its position, in pages, exactly', async () => {
  const start = await poll('');
  const order = {
    symbol: 'BTC',
    orderType: 'LIMIT',
    quantity: 1,
    limitPrice: 100,
    positionIntent: 'BUY_TO_OPEN',
  };
  for (let count = 0; count < 3; count++) await tradewire.ask('POST', '/v1/orders', order);
  const first = await poll(`?since=${start.newest}&epoch=${start.epoch}&limit=2`);
  expect(first.newest).toBeGreaterThan(start.newest + 2);
  expect(first.events.map(({ seq, prev }) => [prev, seq])).toEqual([
    [start.newest, start.newest + 1],
    [start.newest + 1, start.newest + 2],
  ]);
  const rest = await poll(`?since=${start.newest + 2}&epoch=${start.epoch}`);
  expect(rest.events.at(-1)!.seq).toBe(rest.newest);
  expect(rest.events[0]).toMatchObject({ channel: expect.any(String), time: expect.any(String) });
  expect((await poll(`?since=${rest.newest}`)).events).toEqual([]);
});

test('a position that means nothing here is refused, with those that do', async () => {
  const { epoch, newest } = await poll('');
  for (const query of [`?since=${newest + 1}`, '?since=0&epoch=of-another-history']) {
    const { status, body } = await tradewire.ask('GET', `/v1/events${query}`);
    expect(status).toBe(409);
    expect(body).toMatchObject({
      statusCode: 409,
      code: 'RESUME_UNAVAILABLE',
      details: { epoch, oldest: expect.any(Number), newest },
    });
  }
  const wrong = await tradewire.ask('GET', '/v1/events?since=-1&limit=x');
  expect(Object.keys((wrong.body as { errors: object }).errors)).toEqual(['since', 'limit']);
});

test('the events are those of a portfolio of the caller', async () => {
  const [portfolioId] = (await demoAccount(tradewire)).portfolios;
  expect((await poll(`?portfolioId=${portfolioId}`)).newest).toBe((await poll('')).newest);
  const foreign = '00000000-0000-4000-8000-000000000000';
  expect((await tradewire.ask('GET', `/v1/events?portfolioId=${foreign}`)).status).toBe(403);
});
