import { BookFeed } from './book-feed.js';
import type { CallKind } from './call.js';
import { type Guard, Link } from './link.js';
import type { BookDepth, Candle, CandleInterval, Market, Ticker, Trade } from './market.js';
import type { TradewireOptions } from './options.js';
import type { Amendment, Decimal, Exit, Order, OrderReference, OrderRequest, OrderStatus } from './order.js';
import type { Account, Fill, Leverage, MarginMode, PortfolioType, Position } from './portfolio.js';
import type { PrivateItem } from './private-event.js';
import type { Book, Updates } from './public-channel.js';
import type { Cursor, Hello, RateLimit } from './session.js';
import type { OpenSocket } from './socket.js';
import { standardSockets } from './standard-socket.js';
import type { Status } from './status.js';
import { streamUrl } from './stream-url.js';
import { type Placement, Trading } from './trading.js';
import { UpdatesFeed } from './updates-feed.js';

const TIMEOUT_MS = 30_000;

/** What orders are listed: open ones unless another status is given, 100 unless `limit` says otherwise. */
export interface OrderFilter {
  readonly status?: OrderStatus | 'OPEN';
  readonly symbol?: string;
  /** From 1 to 1,000. */
  readonly limit?: number;
}

/** What protects a position: what is left out stays, null takes it away. */
export interface Protection {
  readonly takeProfit?: Exit<Decimal> | null;
  readonly stopLoss?: Exit<Decimal> | null;
}

/**
 * A client of one portfolio. It connects when it is made, and stays connected until `close()` or until the server
 * will not have it any more. Calls wait for a connection, outlive lost ones, and settle once with the truth; they
 * reject with a `TradewireError`.
 */
export class Tradewire {
  private readonly link: Link;
  private readonly trading: Trading;
  private readonly timeoutMs: number;
  private readonly waitsForLimit: boolean;

  /** Throws where the address or the key cannot be used at all. `sockets` is what the platform connects with. */
  constructor(options: TradewireOptions, sockets: OpenSocket) {
    const { url, key, portfolioId = null, WebSocket } = options;
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.waitsForLimit = options.waitsForRateLimit ?? false;
    const openSocket = WebSocket === undefined ? sockets : standardSockets(WebSocket);
    this.link = new Link(openSocket, streamUrl(url, portfolioId), key);
    this.trading = new Trading((...terms) => this.ask(...terms), this.timeoutMs);
  }

  /** Resolves with the first session; rejects when the server does not let this client in. */
  get ready(): Promise<Hello> {
    return this.link.ready;
  }

  /** How the client stands with the server now. */
  get status(): Status {
    return this.link.status;
  }

  /** Calls a function with each new status, and returns one that ends this. */
  onStatus(listener: (status: Status) => void): () => void {
    this.link.statusListeners.add(listener);
    return () => this.link.statusListeners.delete(listener);
  }

  /** Ends it: what is under way rejects with `CLOSED`, orders without an answer with `UNKNOWN_OUTCOME`. */
  close(): void {
    this.link.close();
  }

  /** Places an order once, whatever happens to the connection, and resolves with the state that resulted. */
  placeOrder(order: OrderRequest): Promise<Order> {
    return this.trading.place(order);
  }

  /**
   * Places up to 50 orders, each for itself; the outcomes are in the order of the request. Where the answer to all is
   * lost each has an `UNKNOWN_OUTCOME` of its own, with the `clientOrderId` to look it up by.
   */
  placeOrders(orders: readonly OrderRequest[]): Promise<readonly Placement[]> {
    return this.trading.placeBatch(orders);
  }

  amendOrder(reference: OrderReference, amendment: Amendment): Promise<Order> {
    return this.trading.amend(reference, amendment);
  }

  cancelOrder(reference: OrderReference): Promise<Order> {
    return this.trading.cancel(reference);
  }

  /**
   * Cancels all open orders, or those in one instrument, and resolves with how many. When an answer is lost it is
   * sent again; once orders were placed in the meantime, which that could take, it rejects with `UNKNOWN_OUTCOME`.
   */
  cancelAll(symbol?: string): Promise<number> {
    return this.trading.cancelAll(symbol ?? null);
  }

  /** Looks an order up. */
  order(reference: OrderReference): Promise<Order> {
    return this.trading.get(reference);
  }

  async orders(filter: OrderFilter = {}): Promise<readonly Order[]> {
    return (await this.read<{ orders: readonly Order[] }>('order.list', filter)).orders;
  }

  /** The latest fills, newest first. */
  async fills(limit?: number): Promise<readonly Fill[]> {
    return (await this.read<{ fills: readonly Fill[] }>('fill.list', { limit })).fills;
  }

  async positions(): Promise<readonly Position[]> {
    return (await this.read<{ positions: readonly Position[] }>('position.list', {})).positions;
  }

  async account(): Promise<Account> {
    return (await this.read<{ account: Account }>('account.get', {})).account;
  }

  async markets(): Promise<readonly Market[]> {
    return (await this.read<{ markets: readonly Market[] }>('market.list', {})).markets;
  }

  /** A book as it is now, up to 100 levels a side; `book` keeps one. */
  bookDepth(symbol: string, depth?: number): Promise<BookDepth> {
    return this.read('book.get', { symbol, depth });
  }

  limit(): Promise<RateLimit> {
    return this.read('limit.get', {});
  }

  ping(): Promise<{ readonly serverTime: string }> {
    return this.read('ping', {});
  }

  setLeverage(symbol: string, leverage: number, marginMode: MarginMode): Promise<Leverage> {
    return this.change('leverage.set', { symbol, leverage, marginMode });
  }

  /**
   * Moves dollars between the balance and an isolated position. It would count twice if it were sent twice: when
   * the answer is lost it rejects with `UNKNOWN_OUTCOME`, and `positions` tells.
   */
  async adjustMargin(symbol: string, amount: Decimal): Promise<Position> {
    const params = { symbol, amount };
    return (await this.ask<{ position: Position }>('margin.adjust', params, 'ONCE', this.timeoutMs)).position;
  }

  /** Resolves with the orders that protect the position now. */
  async protectPosition(symbol: string, protection: Protection): Promise<readonly Order[]> {
    const params = { symbol, ...protection };
    return (await this.change<{ orders: readonly Order[] }>('position.protect', params)).orders;
  }

  async configureAccount(profile: {
    readonly portfolioType?: PortfolioType;
    readonly broker?: string;
  }): Promise<Account> {
    return (await this.change<{ account: Account }>('account.configure', profile)).account;
  }

  /**
   * Has all orders cancelled when a session ends: the present one, and each that follows a lost connection. One that
   * does not grant it makes the status `UNGUARDED`.
   */
  async cancelOnDisconnect(guard: { readonly enabled: boolean; readonly graceMs?: number }): Promise<Guard> {
    const granted = await this.change<Guard>('session.cancelOnDisconnect', guard);
    this.link.granted(granted);
    return granted;
  }

  /** Has all orders cancelled unless it is called again within `timeoutMs`; 0 calls it off. */
  deadman(timeoutMs: number): Promise<{ readonly expiresAt: string | null }> {
    return this.change('session.deadman', { timeoutMs });
  }

  /**
   * The private events, each once and in order, from a cursor on, or from a snapshot where none is given. They go
   * on over reconnects and at the consumer's pace. One loop at a time; it ends with `close()`, and throws when the
   * server will not have this client.
   */
  events(since: Cursor | null = null): AsyncIterableIterator<PrivateItem, undefined> {
    return this.link.events(since);
  }

  /** An instrument's book, kept up to date until it is closed. Asking again returns the same one. */
  book(symbol: string): Book {
    const { feeds } = this.link;
    return feeds.follow(`book:${symbol}`, () => new BookFeed(symbol, feeds));
  }

  trades(symbol: string): Updates<readonly Trade[]> {
    return this.updates(`trades:${symbol}`, false);
  }

  ticker(symbol: string): Updates<Ticker> {
    return this.updates(`ticker:${symbol}`, true);
  }

  candles(symbol: string, interval: CandleInterval): Updates<Candle> {
    return this.updates(`candles:${symbol}:${interval}`, true);
  }

  private updates<Data>(channel: string, isState: boolean): Updates<Data> {
    const { feeds } = this.link;
    return feeds.follow(channel, () => new UpdatesFeed<Data>(channel, feeds, isState));
  }

  private read<Result>(method: string, params: object): Promise<Result> {
    return this.ask(method, params, 'READ', this.timeoutMs);
  }

  private change<Result>(method: string, params: object): Promise<Result> {
    return this.ask(method, params, 'REPEATABLE', this.timeoutMs);
  }

  private ask<Result>(method: string, params: object, kind: CallKind, timeoutMs: number): Promise<Result> {
    const terms = { kind, timeoutMs, waitsForLimit: this.waitsForLimit };
    return this.link.requests.call(method, params, terms);
  }
}
