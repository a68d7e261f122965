import type { Static } from 'typebox';
import { parseDecimal } from '../../exchange/fixed-point.js';
import { predictedRate } from '../../exchange/funding/funding-rate.js';
import type { Market } from '../../exchange/markets/market.js';
import { RATE_ONE, type Rate } from '../../exchange/units.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Venue } from '../../gateway/venue.js';
import { hourlyRate, referencePrice } from '../../gateway/views/amounts.js';
import { errorReply, outcomeReply, validationReply } from '../request/reply.js';
import type { FUNDING_REQUEST } from './schemas.js';

const RATE_DECIMALS = 12;

/** An hourly rate as a test gives it; null when it is beyond ±1 or has too many decimals. */
export function parseRate(value: number | string): Rate | null {
  const rate = parseDecimal(value, RATE_DECIMALS);
  return rate === null || Math.abs(rate) > RATE_ONE ? null : (rate as Rate);
}

/** What is asked of a rate in a field of this name. */
export function rateRule(field: string): string {
  return `${field} must be from -1 to 1 and have at most ${RATE_DECIMALS} decimals`;
}

/** Settles one funding payment of all positions in an instrument, at the rate given or the one predicted. */
export function settleFunding(
  venue: Venue,
  body: Static<typeof FUNDING_REQUEST>,
): HttpReply | Promise<HttpReply> {
  const market = venue.exchange.findMarket(body.symbol);
  if (market === undefined) return errorReply('UNKNOWN_SYMBOL');
  if (market.instrument.assetClass !== 'PERPETUAL') {
    return validationReply({ symbol: [`${body.symbol} is no perpetual and has no funding`] }, body);
  }
  const rate = body.rate === undefined ? null : parseRate(body.rate);
  if (body.rate !== undefined && rate === null) {
    return validationReply({ rate: [rateRule('rate')] }, body);
  }
  return outcomeReply(venue, { kind: 'SETTLE_FUNDING', instrument: market.id, rate }, ({ count }) =>
    settledText(venue, market, rate, count),
  );
}

/** Written while the exchange stands exactly behind the payment, so the prediction is still what was settled. */
function settledText({ exchange }: Venue, market: Market, given: Rate | null, payments: number): string {
  const rate = given ?? predictedRate(market, exchange.time)!;
  return (
    `{"symbol":"${market.instrument.symbol}","fundingRate":${hourlyRate(rate)},` +
    `"oraclePrice":${referencePrice(market.oracle)},"payments":${payments},` +
    `"time":"${new Date(exchange.time).toISOString()}"}`
  );
}
