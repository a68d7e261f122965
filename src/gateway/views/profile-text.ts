import type { Account } from '../../exchange/accounts/account.js';
import { feeRates } from '../../exchange/accounts/fees.js';
import { utcDay } from '../../exchange/equities/new-york-time.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Volume } from '../../exchange/markets/volume.js';
import { feeRate } from './amounts.js';

/** What an account pays and what kind it is, as the fields of a JSON object. */
export function profileText({ state, markets }: Exchange, account: Account): string {
  const perpetual = markets.find(({ instrument }) => instrument.assetClass === 'PERPETUAL')?.instrument;
  const rates = perpetual === undefined ? null : feeRates(account, perpetual, state.time);
  const feeTier =
    rates === null ? 'null' : `{"makerFee":${feeRate(rates.makerFee)},"takerFee":${feeRate(rates.takerFee)}}`;
  return (
    `"volume14d":${volumeText(account.volume.upTo(utcDay(state.time)))},"feeTier":${feeTier},` +
    `"portfolioType":"${account.portfolioType}","broker":"${account.broker}"`
  );
}

/** Dollars, as a JSON number. */
function volumeText({ dollars, micros }: Volume): string {
  if (micros === 0) return `${dollars}`;
  return `${dollars}.${`${micros}`.padStart(6, '0').replace(/0+$/, '')}`;
}
