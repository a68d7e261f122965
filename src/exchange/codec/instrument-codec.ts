import {
  ASSET_CLASSES,
  FUNDING_MODES,
  type Instrument,
  PREDICTION_OUTCOMES,
  type PredictionTerms,
  type TradingHours,
} from '../markets/instrument.js';
import type { Lots, Micros, Millis, Ppm, PriceMicros, Ticks } from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';

/** The order is part of the format. */
const TRADING_HOURS: readonly TradingHours[] = ['ALWAYS', 'NYSE'];

/** Writes an instrument's rules, for the command that lists it and for snapshots. */
export function writeInstrument(writer: ByteWriter, instrument: Instrument): void {
  writer.string(instrument.symbol);
  writer.string(instrument.name);
  writer.uint(ASSET_CLASSES.indexOf(instrument.assetClass));
  writer.uint(instrument.priceDecimals);
  writer.uint(instrument.quantityDecimals);
  writer.uint(instrument.significantFigures);
  writer.uint(instrument.minNotional);
  writer.uint(instrument.maxLots);
  writer.uint(instrument.maxTicks);
  writer.uint(instrument.maxMarketNotional);
  writer.uint(instrument.defaultLeverage);
  writer.uint(instrument.marginTiers.length);
  for (const tier of instrument.marginTiers) {
    writer.uint(tier.lowerBound);
    writer.uint(tier.maxLeverage);
  }
  writer.int(instrument.makerFee);
  writer.int(instrument.takerFee);
  writer.uint(instrument.impactNotional);
  writer.uint(FUNDING_MODES.indexOf(instrument.fundingMode));
  writer.uint(instrument.feeTiers.length);
  for (const tier of instrument.feeTiers) {
    writer.uint(tier.volumeAbove);
    writer.int(tier.makerFee);
    writer.int(tier.takerFee);
  }
  writer.bool(instrument.fractional);
  writer.bool(instrument.shortable);
  writer.uint(TRADING_HOURS.indexOf(instrument.hours));
  writer.bool(instrument.prediction !== null);
  if (instrument.prediction !== null) writePrediction(writer, instrument.prediction);
}

function writePrediction(writer: ByteWriter, terms: PredictionTerms): void {
  writer.string(terms.marketId);
  writer.uint(PREDICTION_OUTCOMES.indexOf(terms.outcome));
  writer.string(terms.reference);
  writer.uint(terms.strike);
  writer.uint(terms.settlesAt);
}

export function readInstrument(reader: ByteReader): Instrument {
  return {
    symbol: reader.string(),
    name: reader.string(),
    assetClass: ASSET_CLASSES[reader.uint()]!,
    priceDecimals: reader.uint(),
    quantityDecimals: reader.uint(),
    significantFigures: reader.uint(),
    minNotional: reader.uint() as Micros,
    maxLots: reader.uint() as Lots,
    maxTicks: reader.uint() as Ticks,
    maxMarketNotional: reader.uint() as Micros,
    defaultLeverage: reader.uint(),
    marginTiers: Array.from({ length: reader.uint() }, () => ({
      lowerBound: reader.uint() as Micros,
      maxLeverage: reader.uint(),
    })),
    makerFee: reader.int() as Ppm,
    takerFee: reader.int() as Ppm,
    impactNotional: reader.uint() as Micros,
    fundingMode: FUNDING_MODES[reader.uint()]!,
    feeTiers: Array.from({ length: reader.uint() }, () => ({
      volumeAbove: reader.uint(),
      makerFee: reader.int() as Ppm,
      takerFee: reader.int() as Ppm,
    })),
    fractional: reader.bool(),
    shortable: reader.bool(),
    hours: TRADING_HOURS[reader.uint()]!,
    prediction: reader.bool() ? readPrediction(reader) : null,
  };
}

function readPrediction(reader: ByteReader): PredictionTerms {
  return {
    marketId: reader.string(),
    outcome: PREDICTION_OUTCOMES[reader.uint()]!,
    reference: reader.string(),
    strike: reader.uint() as PriceMicros,
    settlesAt: reader.uint() as Millis,
  };
}
