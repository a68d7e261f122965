import { unending } from '../src/exchange/accounts/membership.js';
import type { Command, PlaceOrder, QuoteLevel } from '../src/exchange/command.js';
import type { LiquidationMethod } from '../src/exchange/event.js';
import { Exchange } from '../src/exchange/exchange.js';
import type { Market } from '../src/exchange/markets/market.js';
import {
  BUY,
  type Lots,
  type Micros,
  type Millis,
  type Ppm,
  type PriceMicros,
  SELL,
  type Side,
  type Ticks,
} from '../src/exchange/units.js';
import { Feeds } from '../src/gateway/channels/feeds.js';
import { readInstrumentFile } from '../src/market/instrument-file.js';

export interface LiquidationOptions {
  /** How many accounts are liquidated by one mark update. */
  readonly accounts: number;
  readonly instrumentFile: string;
}

/** How long the one command took, by how it ended for the positions, and how many it ended for. */
export type LiquidationResult = Readonly<
  Record<LiquidationMethod, { readonly elapsedMs: number; readonly liquidated: number }>
>;

/** At 50,000 dollars, 40x and 1 BTC with 2,500 dollars: below maintenance under 48,101, gone under 47,500. */
const SYMBOL = 'BTC';
const LEVERAGE = 40;
const DEPOSIT = 2_500_000_000 as Micros;
const QUANTITY = 100_000 as Lots;
const ENTRY_TICKS = 500_000;
/** Where each account's stops wait, too low to fire. */
const STOP_TICKS = [200_000, 210_000];
const TICK_MICROS = 100_000;
const FIRST_TIME = 1_767_225_600_000;
const FEEDS = { bookIntervalMs: 10, eventBytesMax: 1e9 };

/** To where the oracle falls, and whether there are bids then, for each of the endings. */
const ENDINGS: Readonly<Record<LiquidationMethod, { readonly ticks: number; readonly hasBids: boolean }>> = {
  MARKET: { ticks: 481_000, hasBids: true },
  BACKSTOP: { ticks: 478_000, hasBids: false },
  ADL: { ticks: 470_000, hasBids: false },
};

/**
 * One update of the mark price that liquidates many accounts, each with orders of its own that are cancelled, with
 * all events written as a gateway writes them. Every ending is played twice, and the second time counts.
 */
export async function benchLiquidations(options: LiquidationOptions): Promise<LiquidationResult> {
  const file = await readInstrumentFile(options.instrumentFile);
  if (!file.valid) throw new Error(file.problems.join('\n'));
  const listing = file.listings.find(({ instrument }) => instrument.symbol === SYMBOL)!;
  const instrument = { ...listing.instrument, makerFee: 0, takerFee: 0 } as typeof listing.instrument;
  const play = (method: LiquidationMethod) => new Crowd(instrument, options.accounts).fall(method);
  for (const method of ['MARKET', 'BACKSTOP', 'ADL'] as const) play(method);
  return { MARKET: play('MARKET'), BACKSTOP: play('BACKSTOP'), ADL: play('ADL') };
}

/** A venue on which half of a crowd is long, and a rich half is short. */
class Crowd {
  private readonly feeds = new Feeds(FEEDS);
  private readonly exchange = new Exchange(this.feeds);
  private readonly market: Market;
  private batchNumber = 0;

  constructor(
    instrument: Market['instrument'],
    private readonly size: number,
  ) {
    this.feeds.reset(this.exchange);
    this.apply({ kind: 'LIST', instrument });
    this.market = this.exchange.findMarket(SYMBOL)!;
    this.quote(ENTRY_TICKS, [], []);
    for (let place = 0; place < size; place++) {
      this.open(`short-${place}`, (1_000 * DEPOSIT) as Micros, SELL);
      this.open(`long-${place}`, DEPOSIT, BUY);
    }
  }

  /** Lets the mark fall, and tells how long that one command took. */
  fall(method: LiquidationMethod): { elapsedMs: number; liquidated: number } {
    const { ticks, hasBids } = ENDINGS[method];
    const bids: QuoteLevel[] = hasBids ? [[ticks as Ticks, (2 * this.size * QUANTITY) as Lots]] : [];
    const startMs = performance.now();
    this.quote(ticks, bids, []);
    const elapsedMs = performance.now() - startMs;
    this.feeds.stop();
    const { accounts } = this.exchange.state;
    const isOut = (account: (typeof accounts)[number]): boolean =>
      account?.holdings[this.market.id]?.lots === 0 && account.deposits === DEPOSIT;
    return { elapsedMs, liquidated: accounts.filter(isOut).length };
  }

  private open(portfolioId: string, deposit: Micros, side: Side): void {
    this.apply({ kind: 'OPEN_ACCOUNT', portfolioId, deposit, membership: unending('BASIC') });
    const account = this.exchange.findPortfolio(portfolioId)!.id;
    const instrument = this.market.id;
    this.apply({ kind: 'SET_LEVERAGE', account, instrument, leverage: LEVERAGE, marginMode: 'CROSS' });
    const order: PlaceOrder = {
      kind: 'PLACE',
      account,
      instrument,
      side,
      type: 'LIMIT',
      timeInForce: 'GTC',
      lots: QUANTITY,
      ticks: ENTRY_TICKS as Ticks,
      postOnly: false,
      reduceOnly: false,
      clientOrderId: null,
      trigger: null,
      expiresAt: 0 as Millis,
      exits: null,
    };
    this.apply(order);
    if (side === SELL) return;
    for (const ticks of STOP_TICKS) {
      const trigger = { ticks: ticks as Ticks, trailTicks: 0 as Ticks, trailPpm: 0 as Ppm };
      this.apply({ ...order, side: SELL, type: 'STOP', ticks: 0 as Ticks, reduceOnly: true, trigger });
    }
  }

  private quote(ticks: number, bids: readonly QuoteLevel[], asks: readonly QuoteLevel[]): void {
    const oracle = (ticks * TICK_MICROS) as PriceMicros;
    this.apply({ kind: 'QUOTE', instrument: this.market.id, oracle, bids, asks, fundingRate: null, step: 0 });
  }

  private apply(command: Command): void {
    this.batchNumber += 1;
    const batch = { incarnation: 'bench', number: this.batchNumber, commands: [command] };
    this.exchange.applyBatch(FIRST_TIME as Millis, batch, null);
  }
}
