import type { Exchange } from '../../exchange/exchange.js';
import type { Market } from '../../exchange/markets/market.js';

/** A binary market: the two instruments that share its terms. */
export interface BinaryMarket {
  readonly marketId: string;
  readonly yes: Market;
  readonly no: Market;
}

/** The binary markets in the order in which they were listed. */
export function binaryMarkets({ markets }: Exchange): readonly BinaryMarket[] {
  const pairs = new Map<string, { yes?: Market; no?: Market }>();
  for (const market of markets) {
    const { prediction } = market.instrument;
    if (prediction === null) continue;
    const pair = pairs.get(prediction.marketId) ?? {};
    pairs.set(prediction.marketId, pair);
    if (prediction.outcome === 'YES') pair.yes = market;
    else pair.no = market;
  }
  return [...pairs].flatMap(([marketId, { yes, no }]) =>
    yes === undefined || no === undefined ? [] : [{ marketId, yes, no }],
  );
}

export function findBinaryMarket(exchange: Exchange, marketId: string): BinaryMarket | undefined {
  return binaryMarkets(exchange).find((market) => market.marketId === marketId);
}

/** The outcome that is meant: by its symbol, or by yes or no, in any case. */
export function findOutcome({ yes, no }: BinaryMarket, outcomeId: string): Market | undefined {
  const asked = outcomeId.toUpperCase();
  return [yes, no].find(({ instrument }) => {
    return instrument.symbol === asked || instrument.prediction!.outcome === asked;
  });
}

/** What people call an outcome. */
export function outcomeLabel({ instrument }: Market): 'Yes' | 'No' {
  return instrument.prediction!.outcome === 'YES' ? 'Yes' : 'No';
}
