import type { Announcer } from './announcer.js';
import type { ListInstrument } from './command.js';
import { Market } from './market.js';
import { done, type Outcome, refused } from './outcome.js';
import { followSession } from './session.js';
import type { ExchangeState } from './state.js';
import type { InstrumentId } from './units.js';

/** Lists an instrument, or changes the rules of the one with the same symbol; its units cannot change. */
export function listInstrument(state: ExchangeState, announcer: Announcer, command: ListInstrument): Outcome {
  const { instrument } = command;
  if (instrument.assetClass === 'PERPETUAL' && instrument.impactNotional === 0)
    return refused('INVALID_REQUEST');
  const known = state.findMarket(instrument.symbol);
  if (known === undefined) {
    const market = new Market(state.markets.length as InstrumentId, instrument);
    state.markets.push(market);
    state.marketIds.set(instrument.symbol, market.id);
    followSession(state, announcer, market);
    return done();
  }
  const { priceDecimals, quantityDecimals } = known.instrument;
  const sameUnits =
    priceDecimals === instrument.priceDecimals && quantityDecimals === instrument.quantityDecimals;
  if (!sameUnits) return refused('INVALID_REQUEST');
  known.instrument = instrument;
  followSession(state, announcer, known);
  known.watchlist.setAllOff();
  announcer.marketChanged(known);
  return done();
}
