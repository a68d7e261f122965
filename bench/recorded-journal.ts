import { unending } from '../src/exchange/accounts/membership.js';
import { type Batch, encodeBatch } from '../src/exchange/codec/batch.js';
import { stateHash } from '../src/exchange/codec/state-hash.js';
import type { Command, PlaceOrder, QuoteLevel } from '../src/exchange/command.js';
import { DEAF_LISTENER } from '../src/exchange/event.js';
import { Exchange } from '../src/exchange/exchange.js';
import type { Market } from '../src/exchange/markets/market.js';
import type { Outcome } from '../src/exchange/outcome.js';
import {
  type AccountId,
  BUY,
  type Lots,
  type Micros,
  type Millis,
  type OrderId,
  type PriceMicros,
  SELL,
  type Side,
  type Ticks,
} from '../src/exchange/units.js';
import { type Listing, readInstrumentFile } from '../src/market/instrument-file.js';
import { ceilToGrid, floorToGrid } from '../src/market/price-grid.js';
import { seededRandom } from './random.js';

export interface JournalEntry {
  readonly time: Millis;
  readonly bytes: Uint8Array;
}

/** A journal as gateways would have written it, with the state hash of the exchange that it came from. */
export interface RecordedJournal {
  readonly entries: readonly JournalEntry[];
  readonly commands: number;
  readonly refused: number;
  readonly stateHash: string;
}

export interface RecordingOptions {
  readonly commands: number;
  readonly commandsPerBatch: number;
  readonly instrumentFile: string;
}

const ACCOUNTS = 50;
const DEPOSIT = 1_000_000_000_000 as Micros;
const ORDER_NOTIONAL = 200_000_000;
const QUOTE_NOTIONAL = 50_000_000_000;
const QUOTE_LEVELS = 10;
const QUOTE_EVERY_BATCHES = 20;
const OPEN_TARGET = 5_000;
const FIRST_TIME = 1_767_225_600_000;

/** Plays a seeded day at a busy venue through an exchange and keeps every batch it was given. */
export async function recordJournal(options: RecordingOptions): Promise<RecordedJournal> {
  const file = await readInstrumentFile(options.instrumentFile);
  if (!file.valid) throw new Error(file.problems.join('\n'));
  const recording = new Recording(file.listings);
  while (recording.commands < options.commands) recording.trade(options.commandsPerBatch);
  return recording.finish();
}

/** What it trades is 45 % orders that rest, 45 % cancels, 10 % market orders, and the house's quotes. */
class Recording {
  commands = 0;
  private readonly entries: JournalEntry[] = [];
  private readonly exchange = new Exchange(DEAF_LISTENER);
  private readonly random = seededRandom(3);
  private readonly open: { account: AccountId; order: OrderId }[] = [];
  private readonly accounts: AccountId[] = [];
  private refused = 0;
  private step = 0;

  constructor(private readonly listings: readonly Listing[]) {
    this.append(listings.map(({ instrument }) => ({ kind: 'LIST', instrument })));
    const portfolios = Array.from({ length: ACCOUNTS }, (_, index) => `portfolio-${index}`);
    this.append(
      portfolios.map((portfolioId) => ({
        kind: 'OPEN_ACCOUNT',
        portfolioId,
        deposit: DEPOSIT,
        membership: unending('UNLIMITED'),
      })),
    );
    for (const portfolioId of portfolios) this.accounts.push(this.exchange.findPortfolio(portfolioId)!.id);
  }

  trade(count: number): void {
    if (this.entries.length % QUOTE_EVERY_BATCHES === 2) this.append(this.quotes());
    this.append(Array.from({ length: count }, () => this.order()));
  }

  finish(): RecordedJournal {
    const { entries, commands, refused } = this;
    return { entries, commands, refused, stateHash: stateHash(this.exchange) };
  }

  private append(commands: readonly Command[]): void {
    const batch: Batch = { incarnation: 'bench', number: this.entries.length + 1, commands };
    const time = (FIRST_TIME + this.entries.length) as Millis;
    this.entries.push({ time, bytes: encodeBatch(batch) });
    this.commands += commands.length;
    this.exchange.applyBatch(time, batch, (_, outcome) => this.onOutcome(outcome));
  }

  private onOutcome({ error, order }: Outcome): void {
    if (error !== null) this.refused++;
    else if (order?.level) this.open.push({ account: order.account, order: order.id });
  }

  private order(): Command {
    const choice = this.random();
    if (choice < 0.1) return this.place('MARKET');
    if (choice < 0.55 && this.open.length >= OPEN_TARGET) return this.cancel();
    return this.place('LIMIT');
  }

  private cancel(): Command {
    const index = this.below(this.open.length);
    const chosen = this.open[index]!;
    const last = this.open.pop()!;
    if (index < this.open.length) this.open[index] = last;
    return { kind: 'CANCEL', ...chosen };
  }

  private place(type: PlaceOrder['type']): Command {
    const market = this.exchange.markets[this.below(this.listings.length)]!;
    const side = this.random() < 0.5 ? BUY : SELL;
    const middle = this.startTicks(market);
    return {
      kind: 'PLACE',
      account: this.accounts[this.below(this.accounts.length)]!,
      instrument: market.id,
      side: market.instrument.assetClass === 'EQUITY' ? BUY : side,
      type,
      timeInForce: type === 'MARKET' ? 'IOC' : 'GTC',
      lots: Math.ceil(ORDER_NOTIONAL / middle) as Lots,
      ticks:
        type === 'MARKET' ? (0 as Ticks) : onGrid(market, middle * this.restingFactor(market, side), side),
      postOnly: false,
      reduceOnly: false,
      clientOrderId: null,
      expiresAt: 0 as Millis,
      trigger: null,
      exits: null,
    };
  }

  /** Orders rest between half a percent and five percent behind the middle. */
  private restingFactor(market: Market, side: Side): number {
    const buys = market.instrument.assetClass === 'EQUITY' || side === BUY;
    const distance = 0.005 + 0.045 * this.random();
    return buys ? 1 - distance : 1 + distance;
  }

  private quotes(): Command[] {
    this.step++;
    return this.exchange.markets.map((market) => ({
      kind: 'QUOTE',
      instrument: market.id,
      oracle: (this.startTicks(market) * market.tickMicros) as PriceMicros,
      bids: this.quoteLevels(market, BUY),
      asks: this.quoteLevels(market, SELL),
      fundingRate: null,
      step: this.step,
    }));
  }

  private quoteLevels(market: Market, side: Side): QuoteLevel[] {
    const middle = this.startTicks(market);
    const lots = Math.ceil(QUOTE_NOTIONAL / middle) as Lots;
    const prices = Array.from({ length: QUOTE_LEVELS }, (_, index) =>
      onGrid(market, middle * (1 - side * 0.0004 * (index + 1)), side),
    );
    return [...new Set(prices)].map((ticks) => [ticks, lots]);
  }

  private startTicks(market: Market): number {
    return this.listings[market.id]!.synthetic.startPrice / market.tickMicros;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

function onGrid(market: Market, ticks: number, side: Side): Ticks {
  return side === BUY ? floorToGrid(market.instrument, ticks) : ceilToGrid(market.instrument, ticks);
}
