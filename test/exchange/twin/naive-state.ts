import type { AccountEvent, PrivateEvent, RecordedEvent } from '../../support/event-recorder.js';
import { HOUSE_ID, type NaiveAccount, type NaivePosition, newAccount, newPosition } from './naive-account.js';
import { NaiveBook, type NaiveOrder } from './naive-book.js';
import type { NaiveRequest } from './naive-charge.js';
import type { NaiveMarket } from './naive-market.js';
import { initialLeverageOf } from './naive-profile.js';

/** All that the twin remembers, and the events by which it tells what changed. */
export class NaiveState {
  readonly book = new NaiveBook();
  readonly markets: NaiveMarket[] = [];
  readonly accounts: NaiveAccount[] = [newAccount(HOUSE_ID)];
  readonly portfolios: string[] = [''];
  /** Users' orders, open or closed within the last 24 hours, oldest first. */
  orders: NaiveOrder[] = [];
  /** Those that are open, oldest first. */
  open: NaiveOrder[] = [];
  position = 0;
  time = 0;
  offsetMs = 0;
  fees = 0n;
  insurance = 0n;
  deposits = 0n;
  /** Orders with exits that have ended and not been looked at since. */
  endedParents: NaiveOrder[] = [];
  /** Exits with a sibling that have filled and not been looked at since. */
  filledExits: NaiveOrder[] = [];
  epoch = '';
  /** Everything that was charged and admitted. */
  readonly requests: NaiveRequest[] = [];
  lastOrderId = 0;
  lastTradeId = 0;
  events: RecordedEvent[] = [];
  /** What the command closed so far, by account and instrument. */
  readonly closings = new Map<string, bigint>();
  readonly touchedPositions = new Set<string>();
  readonly touchedAccounts = new Set<number>();

  /** The events since the last call. */
  takeEvents(): RecordedEvent[] {
    const taken = this.events;
    this.events = [];
    return taken;
  }

  account(id: number): NaiveAccount {
    return this.accounts.find((account) => account.id === id)!;
  }

  lotsOf(account: number, instrument: number): number {
    return Number(this.account(account).positions.get(instrument)?.lots ?? 0n);
  }

  get house(): NaiveAccount {
    return this.account(HOUSE_ID);
  }

  /** Another state that is the same, to try things out in. */
  clone(): NaiveState {
    const copy = new NaiveState();
    const copies = new Map([...this.book.resting, ...this.open].map((order) => [order, { ...order }]));
    for (const order of copies.values()) {
      const sibling = order.stop?.sibling ?? null;
      const copied = sibling === null ? null : (copies.get(sibling) ?? null);
      Object.assign(order, { stop: order.stop && { ...order.stop, sibling: copied } });
    }
    copy.book.resting = this.book.resting.map((order) => copies.get(order)!);
    copy.book.waiting = this.book.waiting.map((order) => copies.get(order)!);
    copy.book.lastTurn = this.book.lastTurn;
    copy.open = this.open.map((order) => copies.get(order)!);
    copy.markets.push(...this.markets.map((market) => ({ ...market })));
    copy.accounts.length = 0;
    for (const account of this.accounts) {
      const positions = new Map([...account.positions].map(([id, position]) => [id, { ...position }]));
      copy.accounts.push({ ...account, positions, perpetualFills: [...account.perpetualFills] });
    }
    copy.time = this.time;
    return copy;
  }

  positionIn(account: NaiveAccount, instrument: number): NaivePosition {
    const leverage = initialLeverageOf(account, this.markets[instrument]!.instrument);
    const position = account.positions.get(instrument) ?? newPosition(leverage);
    account.positions.set(instrument, position);
    return position;
  }

  /** Tells a private event under the next number of its portfolio. */
  announce(event: PrivateEvent): void {
    const account = this.account(event.account);
    account.seq += 1;
    this.events.push({ ...event, seq: account.seq });
  }

  announceOrder(order: NaiveOrder): void {
    if (order.account === HOUSE_ID) return;
    const { account, instrument, side, lots, ticks, status, reason, updatedAt } = order;
    this.announce({
      kind: 'order',
      account,
      seq: 0,
      orderId: order.id,
      instrument,
      side,
      lots,
      filledLots: order.filled,
      filledNotional: Number(order.filledNotional),
      ticks,
      status,
      reason,
      updatedAt,
    });
  }

  /** Positions and accounts are told once a command, after its orders and fills. */
  announceChanges(): void {
    for (const [closed, profit] of this.closings)
      this.account(Number.parseInt(closed, 10)).trades.push(profit);
    this.closings.clear();
    for (const touched of this.touchedPositions) {
      const [account = 0, instrument = 0] = touched.split(':').map(Number);
      const { lots, cost, realized, fundingPaid, leverage, isolated, margin } = this.positionIn(
        this.account(account),
        instrument,
      );
      this.announce({
        kind: 'position',
        account,
        seq: 0,
        instrument,
        lots: Number(lots),
        cost: Number(cost),
        realizedPnl: Number(realized),
        fundingPaid: Number(fundingPaid),
        leverage,
        marginMode: isolated ? 'ISOLATED' : 'CROSS',
        isolatedMargin: Number(margin),
      });
    }
    for (const id of this.touchedAccounts) this.announce(this.accountEvent(id));
    this.touchedPositions.clear();
    this.touchedAccounts.clear();
  }

  private accountEvent(id: number): AccountEvent {
    const { balance, deposits, feesPaid, fundingPaid } = this.account(id);
    return {
      kind: 'account',
      account: id,
      seq: 0,
      balance: Number(balance),
      deposits: Number(deposits),
      feesPaid: Number(feesPaid),
      fundingPaid: Number(fundingPaid),
    };
  }

  openOrdersOf(account: number): NaiveOrder[] {
    return this.open.filter((order) => order.account === account);
  }

  take(order: NaiveOrder): void {
    this.orders.push(order);
    this.open.push(order);
  }

  withdraw(order: NaiveOrder, status: string, reason: string | null): void {
    this.book.leave(order);
    this.end(order, status, reason);
  }

  end(order: NaiveOrder, status: string, reason: string | null): void {
    this.open = this.open.filter((other) => other !== order);
    order.status = status;
    order.reason = reason;
    order.updatedAt = this.time;
    this.announceOrder(order);
    if (order.exits !== null) this.endedParents.push(order);
  }
}
