import { expect, test } from 'vitest';
import { valueAccount } from '../../src/exchange/accounts/account-value.js';
import type { AccountId } from '../../src/exchange/units.js';
import type { FillEvent } from '../support/event-recorder.js';
import { BITCOIN, BTC_NO, BTC_YES, TestVenue } from '../support/exchange-fixture.js';
import { workedExample } from './worked-example.js';

/** A venue on which somebody has bought 1000 YES. */
function withHolder(): { venue: TestVenue; trader: AccountId } {
  const venue = new TestVenue([BITCOIN, BTC_YES, BTC_NO]);
  const trader = venue.open(1_000);
  venue.quote('BTC-YES', { oracle: 0.4, bids: [[0.39, 5_000]], asks: [[0.41, 5_000]] });
  venue.marketBuy(trader, 'BTC-YES', 1_000);
  return { venue, trader };
}

function statement(venue: TestVenue, trader: AccountId): string {
  const { equity, maintenanceMargin, withdrawable } = valueAccount(
    venue.account(trader),
    venue.exchange.markets,
  );
  return (
    `equity ${equity / 1e6}, maintenance margin ${maintenanceMargin / 1e6}, ` +
    `withdrawable ${withdrawable / 1e6}`
  );
}

/** How the holding is settled when the reference stands at a price on the date. */
function settlement(oracle: number): string {
  const { venue, trader } = withHolder();
  venue.quote('BTC', { oracle });
  venue.recorder.take();
  venue.passTimeTo(BTC_YES.prediction!.settlesAt);
  const [fill] = venue.recorder.take().filter((event): event is FillEvent => event.kind === 'fill');
  const { price, realizedPnl } = fill!;
  const balance = venue.account(trader).balance / 1e6;
  return `sold at ${price / 1e6}, realizedPnl ${realizedPnl / 1e6}, balance ${balance}`;
}

test('a prediction', () => {
  const { venue, trader } = withHolder();
  const lines = ['deposit 1000, BTC above 60000 asked: YES 0.39 / 0.41'];
  lines.push(`bought 1000 YES at 0.41, mark 0.4: ${statement(venue, trader)}`);
  venue.quote('BTC-YES', { oracle: 0.9, bids: [[0.89, 5_000]], asks: [[0.91, 5_000]] });
  lines.push(`mark 0.9: ${statement(venue, trader)}`);
  lines.push(`BTC 60000.000001 on the date: ${settlement(60_000.000001)}`);
  lines.push(`BTC 60000 instead: ${settlement(60_000)}`);
  expect(lines).toEqual(workedExample('prediction'));
});
