import { orderIdIn } from './answers.js';
import { priceAt, STREAMED_SYMBOLS } from './quoted-market.js';
import { seededRandom } from './random.js';

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

/** Places on all symbols and both sides, between half a percent and ten percent from the oracle's price. */
function placeTemplates(): string[] {
  return STREAMED_SYMBOLS.flatMap((quoted) =>
    Array.from({ length: 2 * PRICES_PER_SIDE }, (_, index) => {
      const isBuy = index < PRICES_PER_SIDE;
      const distance = 0.005 + (0.095 * (index % PRICES_PER_SIDE)) / PRICES_PER_SIDE;
      return JSON.stringify({
        symbol: quoted.symbol,
        side: isBuy ? 'BUY' : 'SELL',
        orderType: 'LIMIT',
        quantity: quoted.quantity,
        limitPrice: priceAt(quoted, isBuy ? -distance : distance),
        timeInForce: 'GTC',
      });
    }),
  );
}
