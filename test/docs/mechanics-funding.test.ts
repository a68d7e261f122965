import { expect, test } from 'vitest';
import { predictedRate } from '../../src/exchange/funding/funding-rate.js';
import { premiumOf } from '../../src/exchange/markets/premium.js';
import type { AccountId } from '../../src/exchange/units.js';
import { APPLE, BITCOIN, TestVenue } from '../support/exchange-fixture.js';
import { workedExample } from './worked-example.js';

const HOUR_MS = 3_600_000;
const RATE = 1e12;

test('the worked example of the mark price', () => {
  const venue = new TestVenue([BITCOIN, APPLE]);
  const mark = () => venue.market('BTC').mark / 1e6;
  const lines: string[] = [];
  venue.quote('BTC', { oracle: 60_000, bids: [[59_990, 1]], asks: [[60_010, 1]] });
  lines.push(`oracle 60000, book 59990 / 60010: mark ${mark()}`);
  venue.quote('BTC', { bids: [[60_990, 1]], asks: [[61_010, 1]] });
  lines.push(`book 60990 / 61010: mark ${mark()}`);
  for (const [seconds, label] of [
    [3, '3 s'],
    [27, '30 s'],
    [270, '5 min'],
  ] as const) {
    venue.pass(seconds * 1_000);
    lines.push(`after ${label}: mark ${mark()}`);
  }
  venue.quote('BTC', { oracle: 59_000, bids: [[59_990, 1]], asks: [[60_010, 1]] });
  lines.push(`oracle 59000, book 59990 / 60010: mark ${mark()}`);
  venue.quote('BTC', { asks: [] });
  lines.push(`no asks: mark ${mark()}`);
  expect(lines).toEqual(workedExample('mark-price'));
});

test('the worked example of funding', () => {
  const venue = new TestVenue([BITCOIN]);
  const lines: string[] = [];
  venue.quote('BTC', {
    oracle: 10_000,
    bids: [
      [10_200, 1],
      [10_000, 20],
    ],
    asks: [[10_210, 20]],
  });
  const market = venue.market('BTC');
  const premium = premiumOf(market) / RATE;
  lines.push(
    `bids 1 @ 10200, 20 @ 10000: impact bid ${(10_000 * (1 + premium)).toFixed(4)}, premium ${premium}`,
  );
  const [long, short] = [venue.open(100_000), venue.open(100_000)];
  venue.quote('BTC', { bids: [[10_100, 20]], asks: [[10_110, 20]] });
  lines.push(`bids 20 @ 10100: premium ${premiumOf(market) / RATE}`);
  venue.marketBuy(long, 'BTC', 10);
  venue.marketSell(short, 'BTC', 10);
  venue.pass(HOUR_MS);
  const rate = predictedRate(market, venue.exchange.time)! / RATE;
  lines.push(`premium of every sample of the hour 0.01: F ${rate * 8}, hourly rate ${rate}`);
  const paid = (account: AccountId) => venue.account(account).fundingPaid / 1e6;
  lines.push(`10 BTC long: fundingPaid ${paid(long)}`);
  lines.push(`10 BTC short: fundingPaid ${paid(short)}`);
  expect(lines).toEqual(workedExample('funding'));
});
