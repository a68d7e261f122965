import { orderIdIn } from './answers.js';
import { seededRandom } from './random.js';

interface QuotedSymbol {
  readonly symbol: string;
  /** The oracle price; orders rest between half a percent and ten percent away from it. */
  readonly price: number;
  readonly priceDecimals: number;
  readonly quantity: number;
}

/** The instruments the load is spread over. Every order is worth 30 to 80 dollars. */
export const QUOTED_SYMBOLS: readonly QuotedSymbol[] = [
  { symbol: 'BTC', price: 60_000, priceDecimals: 0, quantity: 0.001 },
  { symbol: 'ETH', price: 3_000, priceDecimals: 1, quantity: 0.01 },
  { symbol: 'SOL', price: 150, priceDecimals: 2, quantity: 0.5 },
  { symbol: 'XRP', price: 2, priceDecimals: 4, quantity: 25 },
];

const PRICES_PER_SIDE = 200;
/** How many of its orders one connection keeps open: from then on it cancels one for each it places. */
const OPEN_TARGET = 80;
const PLACE = '';

/**
 * The requests of one connection: limit orders that rest, on both sides of several books, and cancels of its own
 * orders at random, half of each. It believes only what was answered, so it knows what must be open at the end.
 */
export class OrderFlow {
  private readonly random: () => number;
  private readonly places = placeTemplates();
  private readonly resting: string[] = [];
  /** What each request in flight is: the id of the order it cancels, or `PLACE`. */
  private readonly inFlight = new Map<number, string>();
  private live = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** The number of orders that were acknowledged as placed and not as cancelled. */
  get openOrders(): number {
    return this.resting.length;
  }

  /** The next request's message. */
  next(id: number): string {
    if (this.live >= OPEN_TARGET && this.resting.length > 0) {
      const orderId = this.takeResting();
      this.live--;
      this.inFlight.set(id, orderId);
      return `{"id":${id},"method":"order.cancel","params":{"orderId":"${orderId}"}}`;
    }
    this.live++;
    this.inFlight.set(id, PLACE);
    return `{"id":${id},"method":"order.place","params":${this.places[this.below(this.places.length)]}}`;
  }

  /** Takes the answer of a request; false when none with this id was waiting. */
  answered(id: number, succeeded: boolean, bytes: Buffer, start: number, end: number): boolean {
    const request = this.inFlight.get(id);
    if (request === undefined) return false;
    this.inFlight.delete(id);
    if (request === PLACE) {
      if (succeeded) this.resting.push(orderIdIn(bytes, start, end));
      else this.live--;
    }
    return true;
  }

  private takeResting(): string {
    const index = this.below(this.resting.length);
    const taken = this.resting[index]!;
    const last = this.resting.pop()!;
    if (index < this.resting.length) this.resting[index] = last;
    return taken;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

function placeTemplates(): string[] {
  return QUOTED_SYMBOLS.flatMap(({ symbol, price, priceDecimals, quantity }) =>
    Array.from({ length: 2 * PRICES_PER_SIDE }, (_, index) => {
      const isBuy = index < PRICES_PER_SIDE;
      const distance = 0.005 + (0.095 * (index % PRICES_PER_SIDE)) / PRICES_PER_SIDE;
      const limitPrice = (price * (isBuy ? 1 - distance : 1 + distance)).toFixed(priceDecimals);
      return (
        `{"symbol":"${symbol}","side":"${isBuy ? 'BUY' : 'SELL'}","orderType":"LIMIT","quantity":${quantity},` +
        `"limitPrice":${Number(limitPrice)},"timeInForce":"GTC"}`
      );
    }),
  );
}
