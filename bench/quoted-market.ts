import type { Target } from './raw-client.js';

export interface QuotedSymbol {
  readonly symbol: string;
  /** The oracle price. The house quotes a tenth of a percent away from it, one level a side. */
  readonly price: number;
  readonly priceDecimals: number;
  /** What one order of the load is for. */
  readonly quantity: number;
}

/** The instruments the streamed load is spread over. Every order is worth 30 to 80 dollars. */
export const STREAMED_SYMBOLS: readonly QuotedSymbol[] = [
  { symbol: 'BTC', price: 60_000, priceDecimals: 0, quantity: 0.001 },
  { symbol: 'ETH', price: 3_000, priceDecimals: 1, quantity: 0.01 },
  { symbol: 'SOL', price: 150, priceDecimals: 2, quantity: 0.5 },
  { symbol: 'XRP', price: 2, priceDecimals: 4, quantity: 25 },
];

/** The instrument of the REST load. */
export const REST_SYMBOL: QuotedSymbol = { symbol: 'AAPL', price: 200, priceDecimals: 2, quantity: 1 };

const QUOTE_DISTANCE = 0.001;
const QUOTED_QUANTITY = 1_000;

/** A price at a distance from the oracle's, as a fraction of it; negative is below. */
export function priceAt({ price, priceDecimals }: QuotedSymbol, distance: number): number {
  return Number((price * (1 + distance)).toFixed(priceDecimals));
}

/** Sets oracle and quotes of all symbols of the load through the sandbox. */
export async function quoteMarket(target: Target): Promise<void> {
  for (const quoted of [...STREAMED_SYMBOLS, REST_SYMBOL]) {
    const response = await fetch(`http://${target.host}:${target.port}/v1/sandbox/market`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${target.apiKey}` },
      body: JSON.stringify({
        symbol: quoted.symbol,
        oracle: quoted.price,
        bids: [[priceAt(quoted, -QUOTE_DISTANCE), QUOTED_QUANTITY]],
        asks: [[priceAt(quoted, QUOTE_DISTANCE), QUOTED_QUANTITY]],
      }),
    });
    if (!response.ok) throw new Error(`${quoted.symbol} could not be quoted: ${await response.text()}`);
  }
}
