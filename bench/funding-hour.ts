import { unending } from '../src/exchange/accounts/membership.js';
import type { Command, PlaceOrder } from '../src/exchange/command.js';
import { Exchange } from '../src/exchange/exchange.js';
import type { Market } from '../src/exchange/markets/market.js';
import {
  type AccountId,
  BUY,
  type Lots,
  type Micros,
  type Millis,
  type PriceMicros,
  SELL,
  type Ticks,
} from '../src/exchange/units.js';
import { Feeds } from '../src/gateway/channels/feeds.js';
import { type Listing, readInstrumentFile } from '../src/market/instrument-file.js';
import { ceilToGrid, floorToGrid } from '../src/market/price-grid.js';
import { seriesOf } from './series.js';

export interface FundingHourOptions {
  readonly accounts: number;
  /** In how many of the perpetuals each of them has a position. */
  readonly positionsEach: number;
  readonly hours: number;
  readonly instrumentFile: string;
}

export interface FundingHourResult {
  readonly payments: number;
  /** Journal entries that it took to settle an hour. */
  readonly entriesPerHour: number;
  /** How long one entry held a gateway up, over all hours but the first, garbage collections included. */
  readonly medianTurnMs: number;
  readonly longestTurnMs: number;
  /** The same where the hour is settled in one go, as moving the clock does. */
  readonly unslicedTurnMs: number;
}

const HOUR_MS = 3_600_000;
const FIRST_TIME = 1_767_225_600_000;
const DEPOSIT = 1_000_000_000_000 as Micros;
const POSITION_NOTIONAL = 100_000_000;
const QUOTE_NOTIONAL = 1e15;
const FEEDS = { eventBytesMax: 512 * 1_024 * 1_024, bookIntervalMs: 10 };

/** How long a full hour with many positions holds a gateway up: the exchange, and the channels that it tells of it. */
export async function benchFundingHour(options: FundingHourOptions): Promise<FundingHourResult> {
  const file = await readInstrumentFile(options.instrumentFile);
  if (!file.valid) throw new Error(file.problems.join('\n'));
  const venue = new Venue(file.listings);
  venue.open(options);
  const turnsMs: number[] = [];
  let entries = 0;
  for (let hour = 1; hour <= options.hours; hour++) {
    const turns = venue.settleHour(hour);
    entries = turns.length;
    if (hour > 1) turnsMs.push(...turns);
  }
  const payments = venue.payments / options.hours;
  return {
    payments,
    entriesPerHour: entries,
    medianTurnMs: seriesOf(turnsMs).median,
    longestTurnMs: seriesOf(turnsMs).highest,
    unslicedTurnMs: venue.apply([{ kind: 'ADVANCE_CLOCK', advanceMs: HOUR_MS }]),
  };
}

/** A gateway's exchange and feeds, without sockets. */
class Venue {
  payments = 0;
  private readonly feeds = new Feeds(FEEDS);
  private readonly exchange = new Exchange(this.feeds);
  private readonly perpetuals: Market[];
  private time = FIRST_TIME;
  private batchNumber = 0;

  constructor(listings: readonly Listing[]) {
    this.feeds.reset(this.exchange);
    const tell = this.feeds.onFunding.bind(this.feeds);
    this.feeds.onFunding = (account, payment) => {
      this.payments++;
      tell(account, payment);
    };
    this.apply(listings.map(({ instrument }) => ({ kind: 'LIST', instrument })));
    this.perpetuals = this.exchange.markets.filter(({ instrument }) => instrument.assetClass === 'PERPETUAL');
    this.apply(
      this.perpetuals.map((market) =>
        quote(market, listings[market.id]!.synthetic.startPrice / market.tickMicros),
      ),
    );
  }

  open({ accounts, positionsEach }: FundingHourOptions): void {
    for (let index = 0; index < accounts; index++) {
      const portfolioId = `portfolio-${index}`;
      this.apply([
        { kind: 'OPEN_ACCOUNT', membership: unending('UNLIMITED'), portfolioId, deposit: DEPOSIT },
      ]);
      const { id } = this.exchange.findPortfolio(portfolioId)!;
      this.apply(this.perpetuals.slice(0, positionsEach).map((market) => take(market, id, index)));
    }
  }

  /** Lets a full hour come, and what it leaves be done with further entries; how long each of them took. */
  settleHour(hour: number): number[] {
    this.time = FIRST_TIME + hour * HOUR_MS;
    const turnsMs = [this.apply([{ kind: 'TICK' }])];
    while (this.exchange.nextDueAt === this.exchange.time) turnsMs.push(this.apply([{ kind: 'TICK' }]));
    return turnsMs;
  }

  apply(commands: readonly Command[]): number {
    this.batchNumber++;
    const batch = { incarnation: 'bench', number: this.batchNumber, commands };
    const startMs = performance.now();
    this.exchange.applyBatch(this.time as Millis, batch, null);
    this.feeds.flush();
    return performance.now() - startMs;
  }
}

function quote(market: Market, middle: number): Command {
  const lots = Math.floor(QUOTE_NOTIONAL / middle) as Lots;
  return {
    kind: 'QUOTE',
    instrument: market.id,
    oracle: (middle * market.tickMicros) as PriceMicros,
    bids: [[floorToGrid(market.instrument, middle * 0.999), lots]],
    asks: [[ceilToGrid(market.instrument, middle * 1.001), lots]],
    fundingRate: null,
    step: 0,
  };
}

function take(market: Market, account: AccountId, index: number): PlaceOrder {
  return {
    kind: 'PLACE',
    account,
    instrument: market.id,
    side: index % 2 === 0 ? BUY : SELL,
    type: 'MARKET',
    timeInForce: 'IOC',
    lots: Math.ceil((POSITION_NOTIONAL * market.tickMicros) / market.mark) as Lots,
    ticks: 0 as Ticks,
    postOnly: false,
    reduceOnly: false,
    clientOrderId: null,
    expiresAt: 0 as Millis,
    trigger: null,
    exits: null,
  };
}
