import { expect, test } from 'vitest';
import { TradewireError } from '../../packages/tradewire-client/src/error.js';
import type { OrderRequest } from '../../packages/tradewire-client/src/order.js';
import { Requests } from '../../packages/tradewire-client/src/requests.js';
import { type Ask, Trading } from '../../packages/tradewire-client/src/trading.js';
import { until } from '../support/until.js';

const BUY: OrderRequest = { symbol: 'BTC', orderType: 'MARKET', side: 'BUY', quantity: 1 };

interface Sent {
  readonly id: number;
  readonly method: string;
  readonly params: { readonly orders: readonly { readonly clientOrderId: string }[] };
}

/** Trading with a server that answers nothing by itself. */
function trading(timeoutMs: number) {
  const sent: Sent[] = [];
  const requests = new Requests((text) => sent.push(JSON.parse(text) as Sent));
  requests.begin();
  const ask: Ask = (method, params, kind, timeLeftMs) =>
    requests.call(method, params, { kind, timeoutMs: timeLeftMs, waitsForLimit: false });
  return { requests, sent, trading: new Trading(ask, timeoutMs) };
}

test('of a batch without an answer each order has the id to look it up by', async () => {
  const mute = trading(1);
  const placements = await mute.trading.placeBatch([BUY, { ...BUY, clientOrderId: 'mine' }]);
  const ids = mute.sent[0]!.params.orders.map(({ clientOrderId }) => clientOrderId);
  expect(ids[1]).toBe('mine');
  expect(placements.map(({ error }) => [error?.code, error?.details])).toEqual(
    ids.map((clientOrderId) => ['UNKNOWN_OUTCOME', { clientOrderId }]),
  );
});

test('an order of a batch stays unknown when it cannot be asked for again', async () => {
  const { requests, sent, trading: closing } = trading(20_000);
  const batch = closing.placeBatch([{ ...BUY, clientOrderId: 'mine' }, BUY]);
  const [unknown, refused] = ['UNKNOWN_OUTCOME', 'NO_LIQUIDITY'].map((code) => ({
    error: { code, message: '' },
  }));
  requests.answer({ id: 1, result: { results: [unknown, refused] } });
  await until('it is placed again', () => sent.length === 2);
  requests.answer({ id: 2, error: { code: 'RATE_LIMITED', message: '' } });
  const [first, second] = await batch;
  expect([first!.error?.code, first!.error?.details]).toEqual(['UNKNOWN_OUTCOME', { clientOrderId: 'mine' }]);
  expect(second!.error?.code).toBe('NO_LIQUIDITY');
});

test('a batch that was never sent is told as that', async () => {
  const { requests, trading: closed } = trading(20_000);
  requests.finish(new TradewireError('CLOSED', ''));
  await expect(closed.placeBatch([BUY])).rejects.toMatchObject({ code: 'CLOSED' });
});
