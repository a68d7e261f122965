import { connect } from 'tradewire-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BID, cancelledByDisconnect, standingOf } from '../support/guarded-bot.js';
import { Relay } from '../support/relay.js';
import { addTrader } from '../support/trader.js';
import { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

test('the orders of a session after a lost one are cancelled, too, when it is lost', async () => {
  const trader = await addTrader(tradewire);
  const relay = await Relay.start(tradewire.port);
  const client = connect({ url: relay.url, key: trader.key });
  let sessions = 0;
  client.onStatus(({ state }) => {
    if (state === 'LIVE') sessions += 1;
  });
  const place = () => client.placeOrder({ ...BID, orderType: 'LIMIT', side: 'BUY' });
  await client.cancelOnDisconnect({ enabled: true });
  const first = await place();
  relay.cut();
  await cancelledByDisconnect(tradewire, trader, first.orderId);
  await until('there is another session', () => sessions === 2);
  const second = await place();
  expect(await standingOf(tradewire, trader, second.orderId)).toMatchObject({ status: 'ACTIVE' });
  await relay.close();
  await cancelledByDisconnect(tradewire, trader, second.orderId);
  client.close();
});
