import { Account, HOUSE, Holding } from './accounts/account.js';
import type { GuardedGateway } from './clients/guarded-gateway.js';
import type { OrderRef } from './command.js';
import { initialLeverage } from './equities/equities.js';
import type { SessionHours } from './equities/exchange-calendar.js';
import type { DuePayment } from './funding/due-payment.js';
import { IdIndex } from './id-index.js';
import type { Market } from './markets/market.js';
import { CLOSED_ORDER_RETENTION_MS } from './orders/closed-orders.js';
import type { DueCancel } from './orders/due-cancel.js';
import type { Order } from './orders/order.js';
import { PlacedHeap } from './orders/placed-heap.js';
import { RequestWindows } from './requests/request-windows.js';
import type { AccountId, InstrumentId, Micros, Millis, OrderId, Position } from './units.js';

/** The session of the New York Stock Exchange that is on, or the next one. */
export interface TradingSession extends SessionHours {
  readonly isOpen: boolean;
}

/** The requests of so many keys are counted at once; beyond it, the one that was silent for longest begins anew. */
const METERS_MAX = 50_000;

/** Everything that is replicated: a snapshot holds exactly this, and nothing else decides what happens. */
export class ExchangeState {
  /** How many journal entries were applied. */
  position = 0 as Position;
  /** The exchange's clock: the journal's time plus `clockOffsetMs`; it never runs back. */
  time = 0 as Millis;
  clockOffsetMs = 0;
  epoch = '';
  serverRunId = '';
  /** Twelve hexadecimal digits that all order ids of this venue begin with; see order-uuid.ts. */
  venueTag = '';

  readonly markets: Market[] = [];
  readonly marketIds = new Map<string, InstrumentId>();
  /** By account id; the house is first, and index 0 is unused. */
  readonly accounts: (Account | null)[] = [null, new Account(HOUSE, '')];
  readonly portfolioIds = new Map<string, AccountId>();
  /** The open orders of all users; the closed ones are kept apart, for a while. */
  readonly openOrders = new Map<OrderId, Order>();
  /** Where in its account's closed orders each is that is kept. */
  readonly closedPositions = new IdIndex();
  /** The account whose closed orders are looked through next for what is over its time. */
  retentionCursor: AccountId = HOUSE;
  /** The open orders that have an end, the soonest first. */
  readonly expiries = new PlacedHeap<Order>(
    (one, other) =>
      one.expiresAt < other.expiresAt || (one.expiresAt === other.expiresAt && one.id < other.id),
  );
  /** Funding payments of the last full hour that wait for their turn, in the order in which they are made. */
  duePayments: DuePayment[] = [];
  /** Null until an instrument with hours is listed. */
  session: TradingSession | null = null;
  /** The orders that wait for their market to open. */
  readonly waitingForOpen = new Set<Order>();
  /** Those of them whose market has opened, the next one last. */
  released: Order[] = [];
  /** The accounts whose orders are cancelled unless they say otherwise, the next one first. */
  readonly deadmen = new PlacedHeap<Account>(
    (one, other) =>
      one.deadmanAt < other.deadmanAt || (one.deadmanAt === other.deadmanAt && one.id < other.id),
  );
  /** The accounts whose orders are cancelled unless they come back, the next one first. */
  readonly disconnected = new PlacedHeap<Account>(
    (one, other) =>
      one.disconnectAt < other.disconnectAt || (one.disconnectAt === other.disconnectAt && one.id < other.id),
  );
  /** The accounts whose orders are being cancelled, those before others whose turn comes first. */
  readonly dueCancels = new Map<AccountId, DueCancel>();
  /** How many may still be cancelled so with the present entry, each of which sets it anew: no snapshot holds it. */
  cancelsLeft = 0;
  /** The gateway runs that have guarded sessions. */
  readonly guardedGateways = new Map<string, GuardedGateway>();
  /** What was charged to keys, and to users' log-ins, in the last minute. */
  readonly meters = new RequestWindows(METERS_MAX);
  /** Where the latest beginning of a session of a guarded portfolio stands. Derived: no snapshot holds it. */
  lastReturnAt = 0 as Position;
  /** The last batch number of each gateway run, in the order in which they were last heard of. */
  readonly incarnations = new Map<string, number>();
  /** Those of them from which nothing is taken any more. */
  readonly givenUp = new Set<string>();

  /**
   * The accounts that were below maintenance when last looked at, and stay so until the book or the mark changes.
   * Derived from the rest, so no snapshot holds it.
   */
  readonly distressed = new Set<Account>();

  lastOrderId = 0 as OrderId;
  lastTradeId = 0;
  /** All fees that users paid. */
  fees = 0 as Micros;
  insurance = 0 as Micros;
  /** All deposits less what was taken out. */
  deposits = 0 as Micros;

  findMarket(symbol: string): Market | undefined {
    const id = this.marketIds.get(symbol);
    return id === undefined ? undefined : this.markets[id];
  }

  findPortfolio(portfolioId: string): Account | undefined {
    const id = this.portfolioIds.get(portfolioId);
    return id === undefined ? undefined : this.account(id);
  }

  account(id: AccountId): Account | undefined {
    return this.accounts[id] ?? undefined;
  }

  market(id: InstrumentId): Market | undefined {
    return this.markets[id];
  }

  /** The account's holding in an instrument, made at its first use. */
  holding(account: Account, market: Market): Holding {
    const found = account.holdings[market.id];
    if (found !== undefined && found !== null) return found;
    while (account.holdings.length <= market.id) account.holdings.push(null);
    const holding = new Holding(market.id, initialLeverage(account, market.instrument));
    account.holdings[market.id] = holding;
    return holding;
  }

  /** An account's own order, open or lately closed. */
  findOrder(account: Account, ref: OrderRef): Order | undefined {
    const id = typeof ref === 'string' ? account.byClientOrderId.get(ref) : ref;
    if (id === undefined) return undefined;
    const open = this.openOrders.get(id);
    if (open !== undefined) return open.account === account.id ? open : undefined;
    const position = this.closedPositions.get(id);
    const closed = position === undefined ? undefined : account.closedOrders.at(position);
    return closed?.id === id && this.isKept(closed) ? closed : undefined;
  }

  /** The closed orders of an account that can still be looked up, newest first. */
  *closedOrdersOf(account: Account): Generator<Order> {
    for (const order of account.closedOrders.newestFirst()) {
      if (!this.isKept(order)) return;
      yield order;
    }
  }

  /** Orders over their time are gone for everybody at once, though their memory is freed little by little. */
  private isKept(closed: Order): boolean {
    return closed.updatedAt > this.time - CLOSED_ORDER_RETENTION_MS;
  }
}
