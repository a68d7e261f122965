import { Volume } from '../markets/volume.js';
import type { Micros } from '../units.js';

/**
 * What an account made of its trades so far. A trade is what one command closed of one position, in however many
 * fills: an order of its own, one of somebody else that met its resting orders, or a liquidation. Profits are those
 * of the fills, without fees, and without what the house paid of a loss beyond an isolated margin.
 */
export class TradeRecord {
  /** All trades; those that broke even are neither winning nor losing. */
  closed = 0;
  winning = 0;
  losing = 0;
  /** The highest and the lowest profit of a trade; 0 before the first. */
  best = 0 as Micros;
  worst = 0 as Micros;
  /** The notional of all fills that the market had part in, whether they opened or closed. */
  readonly volume = new Volume();

  /** Counts one trade with its profit. */
  add(profit: Micros): void {
    if (this.closed === 0 || profit > this.best) this.best = profit;
    if (this.closed === 0 || profit < this.worst) this.worst = profit;
    this.closed += 1;
    if (profit > 0) this.winning += 1;
    else if (profit < 0) this.losing += 1;
  }
}
