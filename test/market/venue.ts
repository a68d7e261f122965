import type { Command } from '../../src/exchange/command.js';
import type { ExchangeListener, Trade } from '../../src/exchange/event.js';
import { Exchange } from '../../src/exchange/exchange.js';
import type { Candle, CandleInterval } from '../../src/exchange/markets/candles.js';
import type { Outcome } from '../../src/exchange/outcome.js';
import type { InstrumentId, Millis } from '../../src/exchange/units.js';
import { type Listing, readInstrumentFile } from '../../src/market/instrument-file.js';
import type { PredictionListing } from '../../src/market/prediction-calendar.js';
import { SyntheticMarket } from '../../src/market/synthetic-market.js';

const file = await readInstrumentFile('config/instruments.json');
if (!file.valid) throw new Error(file.problems.join('\n'));

export const LISTINGS: readonly Listing[] = file.listings;
export const PREDICTIONS: readonly PredictionListing[] = file.predictions;

export function syntheticMarket(place: number, seed = 1, intervalMs?: number): SyntheticMarket {
  const { instrument, synthetic } = LISTINGS[place]!;
  const profile = intervalMs === undefined ? synthetic : { ...synthetic, intervalMs };
  return new SyntheticMarket(seed, place as InstrumentId, instrument, profile);
}

/** An exchange with the default instruments and no users, that remembers what was traded in it. */
export class Venue implements ExchangeListener {
  readonly exchange = new Exchange(this);
  readonly trades: Trade[] = [];
  readonly closedCandles: { interval: CandleInterval; candle: Candle }[] = [];
  private batchNumber = 0;
  private time = 1_750_000_000_000 as Millis;

  constructor() {
    this.apply(LISTINGS.map(({ instrument }) => ({ kind: 'LIST', instrument })));
  }

  apply(commands: readonly Command[], advanceMs = 250): readonly Outcome[] {
    const outcomes: Outcome[] = [];
    this.time = (this.time + advanceMs) as Millis;
    this.batchNumber += 1;
    const batch = { incarnation: 'venue', number: this.batchNumber, commands };
    this.exchange.applyBatch(this.time, batch, (_, outcome) => outcomes.push(outcome));
    return outcomes;
  }

  onOrder(): void {}
  onFill(): void {}
  onPosition(): void {}
  onAccount(): void {}
  onFunding(): void {}
  onLiquidation(): void {}
  onMarket(): void {}

  onTrade(trade: Trade): void {
    this.trades.push(trade);
  }

  onFaults(): void {}

  onCandleClosed(_: InstrumentId, interval: CandleInterval, candle: Candle): void {
    this.closedCandles.push({ interval, candle });
  }
}
