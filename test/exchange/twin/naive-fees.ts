import { BROKERS, type BrokerId } from '../../../src/exchange/accounts/brokers.js';
import type { Instrument } from '../../../src/exchange/markets/instrument.js';
import { type NaiveAccount, roundedQuotient } from './naive-account.js';

const DAY_MS = 86_400_000;

/** The fee of a fill: its tier is found by adding up every fill of the 14 days before today. */
export function feeOfFill(
  account: NaiveAccount,
  instrument: Instrument,
  time: number,
  lots: number,
  notional: bigint,
  liquidity: 'MAKER' | 'TAKER',
): bigint {
  const today = Math.floor(time / DAY_MS);
  const volume = account.perpetualFills
    .filter(({ day }) => day >= today - 14 && day < today)
    .reduce((sum, fill) => sum + fill.notional, 0n);
  const tier = instrument.feeTiers.findLast(({ volumeAbove }) => volume > BigInt(volumeAbove) * 1_000_000n);
  const { makerFee, takerFee } = tier ?? instrument;
  const rate = liquidity === 'MAKER' ? makerFee : takerFee;
  const fee = roundedQuotient(notional * BigInt(rate), 1_000_000n);
  if (instrument.assetClass === 'EQUITY') return fee + commission(account.broker, instrument, lots);
  if (instrument.assetClass === 'PERPETUAL') account.perpetualFills.push({ day: today, notional });
  return fee;
}

/** Shares × dollars a share. */
function commission(broker: BrokerId, instrument: Instrument, lots: number): bigint {
  return roundedQuotient(
    BigInt(lots) * BigInt(BROKERS[broker].perShare),
    10n ** BigInt(instrument.quantityDecimals),
  );
}
