import type { Announcer } from '../announcer.js';
import type { ListInstrument } from '../command.js';
import { followSession } from '../equities/session.js';
import { done, type Outcome, refused } from '../outcome.js';
import type { ExchangeState } from '../state.js';
import type { InstrumentId } from '../units.js';
import { type Instrument, maxLeverage, type PredictionTerms } from './instrument.js';
import { Market } from './market.js';

/**
 * Lists an instrument, or changes the rules of the one with the same symbol; its units cannot change, nor what a
 * prediction is a claim to.
 */
export function listInstrument(state: ExchangeState, announcer: Announcer, command: ListInstrument): Outcome {
  const { instrument } = command;
  if (!isSound(state, instrument)) return refused('INVALID_REQUEST');
  const known = state.findMarket(instrument.symbol);
  if (known === undefined) {
    const market = new Market(state.markets.length as InstrumentId, instrument);
    state.markets.push(market);
    state.marketIds.set(instrument.symbol, market.id);
    followSession(state, announcer, market);
    return done();
  }
  if (!isSameThing(known.instrument, instrument)) return refused('INVALID_REQUEST');
  known.instrument = instrument;
  followSession(state, announcer, known);
  known.watchlist.setAllOff();
  announcer.marketChanged(known);
  return done();
}

/** Whether an instrument has what its class needs. */
function isSound(state: ExchangeState, instrument: Instrument): boolean {
  const { assetClass, impactNotional, prediction, hours } = instrument;
  if (assetClass === 'PERPETUAL' && impactNotional === 0) return false;
  if (prediction === null) return assetClass !== 'PREDICTION';
  const reference = state.findMarket(prediction.reference)?.instrument;
  const isDecidable = reference !== undefined && reference.prediction === null;
  return assetClass === 'PREDICTION' && isDecidable && hours === 'ALWAYS' && maxLeverage(instrument) === 1;
}

function isSameThing(
  known: Instrument,
  { priceDecimals, quantityDecimals, prediction }: Instrument,
): boolean {
  return (
    known.priceDecimals === priceDecimals &&
    known.quantityDecimals === quantityDecimals &&
    isSameClaim(known.prediction, prediction)
  );
}

function isSameClaim(one: PredictionTerms | null, other: PredictionTerms | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.marketId === other.marketId &&
    one.outcome === other.outcome &&
    one.reference === other.reference &&
    one.strike === other.strike &&
    one.settlesAt === other.settlesAt
  );
}
