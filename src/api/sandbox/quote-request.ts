import type { Static } from 'typebox';
import type { Quote, QuoteLevel } from '../../exchange/command.js';
import { parseDecimal } from '../../exchange/fixed-point.js';
import type { Market } from '../../exchange/markets/market.js';
import {
  BUY,
  type Lots,
  type PriceMicros,
  type Rate,
  SELL,
  type Side,
  type Ticks,
} from '../../exchange/units.js';
import { price, quantity } from '../../gateway/views/amounts.js';
import type { FieldErrors } from '../request/validator.js';
import { parseRate, rateRule } from './funding-request.js';
import type { MARKET_REQUEST } from './schemas.js';

type MarketRequest = Static<typeof MARKET_REQUEST>;
type Levels = NonNullable<MarketRequest['bids']>;

/** How fine the oracle may be; it need not lie on a tick. */
const ORACLE_DECIMALS = 6;

/** Translates what a test says about a market into the house's quotes, or names everything that is wrong. */
export function quoteCommand(market: Market, request: MarketRequest): Quote | { errors: FieldErrors } {
  const reading = new QuoteReading(market);
  const command: Quote = {
    kind: 'QUOTE',
    instrument: market.id,
    oracle: request.oracle === undefined ? null : reading.oracle(request.oracle),
    bids: request.bids === undefined ? null : reading.side('bids', BUY, request.bids),
    asks: request.asks === undefined ? null : reading.side('asks', SELL, request.asks),
    fundingRate: request.fundingRate === undefined ? null : reading.fundingRate(request.fundingRate),
    step: 0,
  };
  return Object.keys(reading.errors).length === 0 ? command : { errors: reading.errors };
}

/** Reads prices and quantities of one market, and gathers what is wrong with them by field. */
class QuoteReading {
  readonly errors: Record<string, string[]> = {};

  constructor(private readonly market: Market) {}

  oracle(value: number | string): PriceMicros {
    const micros = parseDecimal(value, ORACLE_DECIMALS) ?? Number.NaN;
    const { maxTicks } = this.market.instrument;
    if (!(micros <= maxTicks * this.market.tickMicros)) {
      const most = price(this.market, maxTicks);
      this.complain('oracle', `oracle must have at most ${ORACLE_DECIMALS} decimals and be at most ${most}`);
    }
    return micros as PriceMicros;
  }

  fundingRate(value: number | string): Rate {
    const rate = parseRate(value);
    if (rate === null) this.complain('fundingRate', rateRule('fundingRate'));
    return (rate ?? 0) as Rate;
  }

  /** The levels best first, in whatever order they came. */
  side(field: string, side: Side, levels: Levels): readonly QuoteLevel[] {
    const { market } = this;
    const { priceDecimals, quantityDecimals, maxTicks, maxLots } = market.instrument;
    const read = levels.map(([priceGiven, quantityGiven], index): QuoteLevel => {
      const ticks = parseDecimal(priceGiven, priceDecimals) ?? Number.NaN;
      const lots = parseDecimal(quantityGiven, quantityDecimals) ?? Number.NaN;
      if (!(ticks <= maxTicks)) {
        const rule = `have at most ${priceDecimals} decimals and be at most ${price(market, maxTicks)}`;
        this.complain(field, `${field}.${index}: price ${priceGiven} must ${rule}`);
      }
      if (!(lots <= maxLots)) {
        const rule = `have at most ${quantityDecimals} decimals and be at most ${quantity(market, maxLots)}`;
        this.complain(field, `${field}.${index}: quantity ${quantityGiven} must ${rule}`);
      }
      return [ticks as Ticks, lots as Lots];
    });
    const sorted = read.sort(([one], [other]) => side * (other - one));
    for (const [index, [ticks]] of sorted.entries()) {
      if (ticks !== sorted[index - 1]?.[0]) continue;
      this.complain(field, `${field}: price ${price(market, ticks)} is given twice`);
    }
    return sorted;
  }

  private complain(field: string, message: string): void {
    this.errors[field] ??= [];
    this.errors[field].push(message);
  }
}
