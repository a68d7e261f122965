import { sessionAt } from '../../exchange/equities/exchange-calendar.js';
import type { Exchange } from '../../exchange/exchange.js';
import { maxLeverage, type PredictionTerms } from '../../exchange/markets/instrument.js';
import type { Market } from '../../exchange/markets/market.js';
import { feeRate } from './amounts.js';

/** An instrument as JSON text: its rules, and whether it trades now. */
export function marketText({ state }: Exchange, market: Market): string {
  const { instrument } = market;
  return JSON.stringify({
    symbol: instrument.symbol,
    assetClass: instrument.assetClass,
    name: instrument.name,
    priceDecimals: instrument.priceDecimals,
    quantityDecimals: instrument.quantityDecimals,
    significantFigures: instrument.significantFigures === 0 ? null : instrument.significantFigures,
    minNotional: instrument.minNotional / 1e6,
    maxLeverage: maxLeverage(instrument),
    marginTiers: instrument.marginTiers.map((tier) => ({
      lowerBound: tier.lowerBound / 1e6,
      maxLeverage: tier.maxLeverage,
    })),
    makerFee: Number(feeRate(instrument.makerFee)),
    takerFee: Number(feeRate(instrument.takerFee)),
    feeTiers: instrument.feeTiers.map(({ volumeAbove, makerFee, takerFee }) => ({
      volumeAbove,
      makerFee: Number(feeRate(makerFee)),
      takerFee: Number(feeRate(takerFee)),
    })),
    fractional: instrument.fractional,
    shortable: instrument.shortable,
    status: marketStatus(market),
    ...(instrument.hours === 'NYSE' && bells(state.session!)),
    ...(instrument.prediction !== null && claim(instrument.prediction, market)),
  });
}

/** Whether orders can trade now, later, or never again. */
function marketStatus({ settlement, isClosed }: Market): 'OPEN' | 'CLOSED' | 'SETTLED' {
  if (settlement !== null) return 'SETTLED';
  return isClosed ? 'CLOSED' : 'OPEN';
}

/** What a prediction is a claim to, and what it was worth in the end. */
function claim({ strike, settlesAt, ...terms }: PredictionTerms, { settlement }: Market): object {
  return {
    prediction: { ...terms, strike: strike / 1e6, settlesAt: new Date(settlesAt).toISOString() },
    settlementPrice: settlement === null ? null : settlement.price / 1e6,
  };
}

/** When an instrument with hours opens and closes next. */
function bells({ isOpen, opensAt, closesAt }: NonNullable<Exchange['state']['session']>): object {
  const nextOpen = isOpen ? sessionAt(closesAt).opensAt : opensAt;
  return { nextOpen: new Date(nextOpen).toISOString(), nextClose: new Date(closesAt).toISOString() };
}
