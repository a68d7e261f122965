import type { Exchange } from '../exchange/exchange.js';
import { formatDecimal } from '../exchange/fixed-point.js';
import {
  type Instrument,
  PREDICTION_OUTCOMES,
  type PredictionOutcome,
} from '../exchange/markets/instrument.js';
import type { Lots, Micros, Millis, Ppm, PriceMicros, Ticks } from '../exchange/units.js';

/** A question that is asked anew in each quarter: will the reference be above the strike when the quarter ends? */
export interface PredictionListing {
  /** The symbol of the instrument whose oracle decides. */
  readonly reference: string;
  /** What people call it. */
  readonly name: string;
  readonly strike: PriceMicros;
}

/** A quarter of a year of UTC. */
interface Quarter {
  /** Such as `2026Q4`. */
  readonly name: string;
  /** 00:00 of the first day of the next one. */
  readonly endsAt: Millis;
}

const MONTHS = 3;
const PRICE_DECIMALS = 3;
const MONEY_DECIMALS = 6;
const DOLLAR = 1_000_000;

/**
 * The instruments of each question that are to be listed at a moment: those of the present quarter, or of the next one
 * where these have settled ahead of their date. Every gateway comes to the same.
 */
export function dueInstruments(
  questions: readonly PredictionListing[],
  exchange: Exchange,
  time: Millis,
): readonly Instrument[] {
  const present = quarterAt(time);
  return questions.flatMap((question) => {
    const instruments = outcomesOf(question, present);
    const areSettled = instruments.every(({ symbol }) => isSettled(exchange, symbol));
    return areSettled ? outcomesOf(question, quarterAt(present.endsAt)) : instruments;
  });
}

/** Both outcomes of a question in a quarter. */
function outcomesOf(question: PredictionListing, quarter: Quarter): readonly Instrument[] {
  return PREDICTION_OUTCOMES.map((outcome) => outcomeOf(question, quarter, outcome));
}

/** A symbol such as `BTC-70000-2026Q4-YES`. */
export function predictionSymbol(
  { reference, strike }: PredictionListing,
  quarter: string,
  outcome: PredictionOutcome,
): string {
  return `${reference}-${formatDecimal(strike, MONEY_DECIMALS)}-${quarter}-${outcome}`;
}

function outcomeOf(question: PredictionListing, quarter: Quarter, outcome: PredictionOutcome): Instrument {
  const { reference, name, strike } = question;
  const price = formatDecimal(strike, MONEY_DECIMALS);
  return {
    symbol: predictionSymbol(question, quarter.name, outcome),
    name: `${name} above $${price} at the end of ${quarter.name}`,
    assetClass: 'PREDICTION',
    priceDecimals: PRICE_DECIMALS,
    quantityDecimals: MONEY_DECIMALS - PRICE_DECIMALS,
    significantFigures: 0,
    minNotional: DOLLAR as Micros,
    maxLots: 10_000_000_000 as Lots,
    maxTicks: 999 as Ticks,
    maxMarketNotional: (1_000_000 * DOLLAR) as Micros,
    defaultLeverage: 1,
    marginTiers: [{ lowerBound: 0 as Micros, maxLeverage: 1 }],
    makerFee: 0 as Ppm,
    takerFee: 0 as Ppm,
    impactNotional: 0 as Micros,
    fundingMode: 'COMPUTED',
    feeTiers: [],
    fractional: true,
    shortable: false,
    hours: 'ALWAYS',
    prediction: {
      marketId: `${reference}-above-${price}-${quarter.name}`.toLowerCase(),
      outcome,
      reference,
      strike,
      settlesAt: quarter.endsAt,
    },
  };
}

function quarterAt(time: Millis): Quarter {
  const date = new Date(time);
  const year = date.getUTCFullYear();
  const quarter = Math.floor(date.getUTCMonth() / MONTHS);
  return { name: `${year}Q${quarter + 1}`, endsAt: Date.UTC(year, (quarter + 1) * MONTHS) as Millis };
}

function isSettled(exchange: Exchange, symbol: string): boolean {
  const market = exchange.findMarket(symbol);
  return market !== undefined && market.settlement !== null;
}
