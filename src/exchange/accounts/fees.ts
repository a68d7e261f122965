import { utcDay } from '../equities/new-york-time.js';
import { multiplyDivide } from '../fixed-point.js';
import type { FeeRates, Instrument } from '../markets/instrument.js';
import type { Market } from '../markets/market.js';
import type { ExchangeState } from '../state.js';
import type { Lots, Micros, Millis } from '../units.js';
import type { Account, Holding } from './account.js';
import { BROKERS } from './brokers.js';
import { feeOf, payInto } from './settlement.js';

/** Takes the fee of one fill from an account, and counts the fill into the account's volume. */
export function chargeFill(
  state: ExchangeState,
  account: Account,
  holding: Holding,
  market: Market,
  lots: Lots,
  notional: Micros,
  liquidity: 'MAKER' | 'TAKER',
): Micros {
  const fee = feeOfFill(account, market, lots, notional, liquidity, state.time);
  if (market.instrument.assetClass === 'PERPETUAL') account.volume.add(utcDay(state.time), notional);
  account.tradeRecord.volume.add(notional);
  payInto(account, holding, -fee as Micros);
  account.feesPaid = (account.feesPaid + fee) as Micros;
  state.fees = (state.fees + fee) as Micros;
  return fee;
}

/** A part of the notional by the account's tier, and for equities the broker's commission on top. */
export function feeOfFill(
  account: Account,
  market: Market,
  lots: Lots,
  notional: Micros,
  liquidity: 'MAKER' | 'TAKER',
  at: Millis,
): Micros {
  const { instrument } = market;
  const { makerFee, takerFee } = feeRates(account, instrument, at);
  const fee = feeOf(notional, liquidity === 'MAKER' ? makerFee : takerFee);
  return instrument.assetClass === 'EQUITY' ? ((fee + commissionOf(account, market, lots)) as Micros) : fee;
}

/**
 * What an account pays in an instrument on the day of UTC that a moment lies in: the highest tier that its volume
 * of the 14 whole days before exceeds (HL "Fees").
 */
export function feeRates(account: Account, instrument: Instrument, at: Millis): FeeRates {
  const { feeTiers } = instrument;
  if (feeTiers.length === 0) return instrument;
  const volume = account.volume.countedOn(utcDay(at));
  let rates: FeeRates = instrument;
  for (const tier of feeTiers) {
    if (!volume.exceeds(tier.volumeAbove)) break;
    rates = tier;
  }
  return rates;
}

/** Shares × the broker's rate. */
function commissionOf(account: Account, market: Market, lots: Lots): Micros {
  const { perShare } = BROKERS[account.broker];
  return perShare === 0 ? (0 as Micros) : (multiplyDivide(lots, perShare, market.tickMicros) as Micros);
}
