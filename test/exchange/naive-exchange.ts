import type { Batch } from '../../src/exchange/batch.js';
import type { AmendOrder, CancelAll, Command, PlaceOrder, Quote } from '../../src/exchange/command.js';
import type { AccountEvent, PrivateEvent, RecordedEvent } from '../support/event-recorder.js';
import {
  absolute,
  bookTrade,
  feeFor,
  HOUSE_ID,
  type NaiveAccount,
  type NaivePosition,
  newAccount,
} from './naive-account.js';
import { isOpen, NaiveBook, type NaiveOrder, newOrder, openLots } from './naive-book.js';
import { availableFunds, closableLots, judge, type NaiveMarket, type NaiveWorld } from './naive-rules.js';
import { nextFourPmInNewYork } from './wall-clock.js';

const DAY_MS = 86_400_000;

export interface NaiveOutcome {
  readonly error: string | null;
  readonly orderId: number | null;
  readonly count: number;
}

/**
 * The twin: the same rules, written as plainly as can be. It keeps no sums that could go wrong, and finds
 * everything by looking through arrays. What it and the exchange disagree about is a mistake in one of them.
 */
export class NaiveExchange implements NaiveWorld {
  readonly book = new NaiveBook();
  readonly markets: NaiveMarket[] = [];
  readonly accounts: NaiveAccount[] = [newAccount(HOUSE_ID)];
  readonly portfolios: string[] = [''];
  /** Users' orders, open or closed within the last 24 hours, oldest first. */
  orders: NaiveOrder[] = [];
  private events: RecordedEvent[] = [];
  position = 0;
  time = 0;
  offsetMs = 0;
  fees = 0n;
  deposits = 0n;
  private lastOrderId = 0;
  private lastTradeId = 0;
  private readonly latestBatch = new Map<string, number>();
  private touchedPositions = new Set<string>();
  private touchedAccounts = new Set<number>();

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

  leverageOf(account: number, instrument: number): number {
    return this.positionIn(this.account(account), instrument).leverage;
  }

  /** Applies one journal entry and returns the outcomes; none when it is a duplicate. */
  applyBatch(time: number, batch: Batch): NaiveOutcome[] {
    this.position += 1;
    if (batch.number <= (this.latestBatch.get(batch.incarnation) ?? 0)) return [];
    this.latestBatch.set(batch.incarnation, batch.number);
    this.passTime(time + this.offsetMs);
    const outcomes = batch.commands.map((command) => {
      const outcome = this.apply(command);
      this.announceChanges();
      return outcome;
    });
    this.orders = this.orders.filter((order) => isOpen(order) || order.updatedAt > this.time - DAY_MS);
    return outcomes;
  }

  private apply(command: Command): NaiveOutcome {
    if ('account' in command && !this.accounts.some((account) => account.id === command.account)) {
      return answer('FORBIDDEN');
    }
    switch (command.kind) {
      case 'PLACE':
        return this.place(command);
      case 'AMEND':
        return this.amend(command);
      case 'CANCEL':
        return this.withOpenOrder(command.account, command.order, (order) => {
          this.withdraw(order, 'CANCELED', null);
          return answer(null, order);
        });
      case 'CANCEL_ALL':
        return this.cancelAll(command);
      case 'SET_LEVERAGE':
        return this.setLeverage(command.account, command.instrument, command.leverage, command.marginMode);
      case 'OPEN_ACCOUNT':
        return this.openAccount(command.portfolioId, command.deposit);
      case 'DEPOSIT':
        return this.credit(this.account(command.account), BigInt(command.amount));
      case 'LIST':
        this.markets.push({
          id: this.markets.length,
          instrument: command.instrument,
          oracle: 0n,
          lastTicks: 0,
          step: 0,
          pinned: false,
        });
        return answer(null);
      case 'QUOTE':
        return this.quote(command);
      case 'FLOW':
        return this.flow(command.instrument, command.side, command.lots, command.step);
      case 'ADVANCE_CLOCK':
        this.offsetMs += command.advanceMs;
        this.passTime(this.time + command.advanceMs);
        return answer(null);
      case 'TICK':
      case 'BEGIN_EPOCH':
        return answer(null);
    }
  }

  private passTime(until: number): void {
    if (until <= this.time) return;
    const due = this.orders
      .filter((order) => isOpen(order) && order.expiresAt > 0 && order.expiresAt <= until)
      .sort((one, other) => one.expiresAt - other.expiresAt || one.id - other.id);
    for (const order of due) {
      this.time = Math.max(this.time, order.expiresAt);
      this.withdraw(order, 'EXPIRED', 'DAY_ENDED');
    }
    this.time = until;
  }

  private place(command: PlaceOrder): NaiveOutcome {
    const market = this.markets[command.instrument];
    if (market === undefined) return answer('UNKNOWN_SYMBOL');
    const earlier = this.findOrder(command.account, command.clientOrderId);
    if (earlier !== undefined) {
      if (!isSameRequest(earlier.request!, command)) return answer('DUPLICATE_CLIENT_ORDER_ID');
      return answer(earlier.status === 'REJECTED' ? earlier.reason : null, earlier);
    }
    this.lastOrderId += 1;
    const order = this.userOrder(this.lastOrderId, command);
    const closable = closableLots(this, order);
    if (order.reduceOnly && closable > 0) order.lots = Math.min(order.lots, closable);
    const error = judge(this, market, { order, lots: order.lots, ticks: order.ticks, isAmendment: false });
    this.orders.push(order);
    if (error !== null) {
      this.end(order, 'REJECTED', error);
      return answer(error, order);
    }
    this.enter(order);
    return answer(null, order);
  }

  private userOrder(id: number, command: PlaceOrder): NaiveOrder {
    const expiresAt = command.timeInForce === 'DAY' ? nextFourPmInNewYork(this.time) : 0;
    return newOrder({ ...command, id, request: command, expiresAt, updatedAt: this.time });
  }

  /** An accepted order meets the book; what is left of it rests or ends. */
  private enter(order: NaiveOrder): void {
    const crosses = this.book.makersWithin(order.instrument, order.side, order.ticks).length > 0;
    if (crosses) this.announceOrder(order);
    this.match(order);
    const mayRest = order.type === 'LIMIT' && (order.timeInForce === 'GTC' || order.timeInForce === 'DAY');
    if (openLots(order) === 0) this.end(order, 'FILLED', null);
    else if (!mayRest) this.end(order, 'CANCELED', 'UNFILLED_REMAINDER');
    else {
      this.book.enter(order);
      this.announceOrder(order);
    }
  }

  private match(taker: NaiveOrder): void {
    while (openLots(taker) > 0) {
      const maker = this.book.makersWithin(taker.instrument, taker.side, taker.ticks)[0];
      if (maker === undefined) return;
      if (maker.account === taker.account && maker.account !== HOUSE_ID) {
        this.withdraw(maker, 'CANCELED', 'SELF_TRADE');
      } else {
        this.trade(maker, taker);
      }
    }
  }

  private trade(maker: NaiveOrder, taker: NaiveOrder): void {
    const market = this.markets[maker.instrument]!;
    const lots = Math.min(openLots(maker), openLots(taker));
    const ticks = maker.ticks;
    this.lastTradeId += 1;
    market.lastTicks = ticks;
    this.fill(maker, lots, ticks, 'MAKER', market.instrument.makerFee);
    if (openLots(maker) === 0) {
      this.book.leave(maker);
      this.end(maker, 'FILLED', null);
    } else {
      this.announceOrder(maker);
    }
    this.shrinkReduceOnly(maker.account, maker.instrument);
    this.fill(taker, lots, ticks, 'TAKER', market.instrument.takerFee);
    this.shrinkReduceOnly(taker.account, taker.instrument);
    const { lastTradeId: tradeId } = this;
    this.events.push({ kind: 'trade', tradeId, instrument: market.id, ticks, lots, side: taker.side });
  }

  private fill(
    order: NaiveOrder,
    lots: number,
    ticks: number,
    liquidity: 'MAKER' | 'TAKER',
    ratePpm: number,
  ): void {
    const account = this.account(order.account);
    const position = this.positionIn(account, order.instrument);
    order.filled += lots;
    order.filledNotional += BigInt(lots) * BigInt(ticks);
    order.updatedAt = this.time;
    const realized = bookTrade(account, position, BigInt(order.side * lots), BigInt(ticks));
    if (account.id === HOUSE_ID) return;
    const fee = feeFor(lots, ticks, ratePpm);
    account.balance -= fee;
    account.feesPaid += fee;
    this.fees += fee;
    this.announce({
      kind: 'fill',
      account: account.id,
      seq: 0,
      orderId: order.id,
      fillId: this.lastTradeId * 2 + (liquidity === 'TAKER' ? 1 : 0),
      ticks,
      lots,
      liquidity,
      fee: Number(fee),
      realizedPnl: Number(realized),
      positionAfter: Number(position.lots),
    });
    this.touchedPositions.add(`${account.id}:${order.instrument}`);
    this.touchedAccounts.add(account.id);
  }

  /** Reduce-only orders never ask for more than the position; oldest first. */
  private shrinkReduceOnly(account: number, instrument: number): void {
    const own = this.orders.filter((order) => order.account === account && order.instrument === instrument);
    for (const order of own) {
      if (!order.reduceOnly || order.turn === null) continue;
      const closable = closableLots(this, order);
      if (closable === 0) {
        this.withdraw(order, 'CANCELED', 'REDUCE_ONLY');
      } else if (openLots(order) > closable) {
        order.lots = order.filled + closable;
        order.updatedAt = this.time;
        this.announceOrder(order);
      }
    }
  }

  private amend(command: AmendOrder): NaiveOutcome {
    return this.withOpenOrder(command.account, command.order, (order) => {
      const ticks = command.ticks || order.ticks;
      let lots = command.lots || order.lots;
      if (order.reduceOnly) lots = Math.min(lots, order.filled + closableLots(this, order));
      if (lots <= order.filled) return answer('INVALID_REQUEST', order);
      const market = this.markets[order.instrument]!;
      const error = judge(this, market, { order, lots, ticks, isAmendment: true });
      if (error !== null) return answer(error, order);
      const keepsPlace = ticks === order.ticks && lots <= order.lots;
      order.lots = lots;
      order.ticks = ticks;
      order.updatedAt = this.time;
      if (keepsPlace) {
        this.announceOrder(order);
      } else {
        this.book.leave(order);
        this.enter(order);
      }
      return answer(null, order);
    });
  }

  private cancelAll(command: CancelAll): NaiveOutcome {
    const mine = this.orders.filter(
      (order) =>
        isOpen(order) &&
        order.account === command.account &&
        (command.instrument === null || order.instrument === command.instrument),
    );
    for (const order of mine) this.withdraw(order, 'CANCELED', null);
    return { ...answer(null), count: mine.length };
  }

  private setLeverage(account: number, instrument: number, leverage: number, mode: string): NaiveOutcome {
    const market = this.markets[instrument];
    if (market === undefined) return answer('UNKNOWN_SYMBOL');
    const most = market.instrument.marginTiers[0]!.maxLeverage;
    if (mode !== 'CROSS' || leverage < 1 || leverage > most) return answer('LEVERAGE_NOT_ALLOWED');
    const position = this.positionIn(this.account(account), instrument);
    const before = position.leverage;
    position.leverage = leverage;
    if (leverage < before && availableFunds(this, account) < 0n) {
      position.leverage = before;
      return answer('INSUFFICIENT_MARGIN');
    }
    if (position.lots !== 0n && leverage !== before) this.touchedPositions.add(`${account}:${instrument}`);
    return answer(null);
  }

  private openAccount(portfolioId: string, deposit: number): NaiveOutcome {
    if (this.portfolios.includes(portfolioId)) return answer(null);
    this.portfolios.push(portfolioId);
    const account = newAccount(this.accounts.length + 1);
    this.accounts.push(account);
    return this.credit(account, BigInt(deposit));
  }

  private credit(account: NaiveAccount, amount: bigint): NaiveOutcome {
    if (absolute(account.balance + amount) > BigInt(Number.MAX_SAFE_INTEGER))
      return answer('INVALID_REQUEST');
    account.balance += amount;
    account.deposits += amount;
    this.deposits += amount;
    this.touchedAccounts.add(account.id);
    return answer(null);
  }

  private quote(command: Quote): NaiveOutcome {
    const market = this.markets[command.instrument];
    if (market === undefined) return answer('UNKNOWN_SYMBOL');
    const now = (side: number): number[] =>
      this.book.houseQuotes(market.id, side).map((order) => order.ticks);
    const bids = command.bids?.map(([ticks]) => ticks) ?? now(1);
    const asks = command.asks?.map(([ticks]) => ticks) ?? now(-1);
    const lots = [...(command.bids ?? []), ...(command.asks ?? [])].map((level) => level[1]);
    const isRising = (ticks: number[]): boolean =>
      ticks.every((price, i) => i === 0 || price > ticks[i - 1]!);
    const isValid =
      [...bids, ...asks, ...lots].every((value) => value > 0) &&
      isRising([...bids].reverse()) &&
      isRising(asks) &&
      (bids.length === 0 || asks.length === 0 || bids[0]! < asks[0]!);
    if (!isValid) return answer('INVALID_REQUEST');

    if (command.step === 0) market.pinned = true;
    else if (market.pinned || command.step <= market.step) return answer(null);
    else market.step = command.step;
    if (command.oracle !== null) market.oracle = BigInt(command.oracle);
    this.withdrawQuotes(market.id, 1, command.bids);
    this.withdrawQuotes(market.id, -1, command.asks);
    this.addQuotes(market.id, 1, command.bids);
    this.addQuotes(market.id, -1, command.asks);
    return answer(null);
  }

  private withdrawQuotes(instrument: number, side: number, levels: Quote['bids']): void {
    if (levels === null) return;
    for (const order of this.book.houseQuotes(instrument, side)) {
      const wanted = levels.find(([ticks]) => ticks === order.ticks)?.[1] ?? 0;
      if (wanted === 0 || wanted > openLots(order)) this.book.leave(order);
      else order.lots = order.filled + wanted;
    }
  }

  private addQuotes(instrument: number, side: number, levels: Quote['bids']): void {
    for (const [ticks, lots] of levels ?? []) {
      if (this.book.houseQuotes(instrument, side).some((order) => order.ticks === ticks)) continue;
      const order = this.houseOrder(instrument, side, ticks, lots);
      this.match(order);
      if (openLots(order) > 0) this.book.enter(order);
    }
  }

  private flow(instrument: number, side: number, lots: number, step: number): NaiveOutcome {
    const market = this.markets[instrument];
    if (market === undefined) return answer('UNKNOWN_SYMBOL');
    if (step > 0 && (market.pinned || step !== market.step + 1)) return answer(null);
    const order = this.houseOrder(instrument, side, 0, lots);
    this.match(order);
    return answer(order.filled === 0 ? 'NO_LIQUIDITY' : null);
  }

  private houseOrder(instrument: number, side: number, ticks: number, lots: number): NaiveOrder {
    const type = ticks === 0 ? 'MARKET' : 'LIMIT';
    const ask = { instrument, side, lots, ticks, type, postOnly: false, reduceOnly: false } as const;
    const updatedAt = this.time;
    return newOrder({
      ...ask,
      id: 0,
      account: HOUSE_ID,
      timeInForce: 'GTC',
      request: null,
      expiresAt: 0,
      updatedAt,
    });
  }

  private withOpenOrder(
    account: number,
    ref: number | string,
    act: (order: NaiveOrder) => NaiveOutcome,
  ): NaiveOutcome {
    const order = this.findOrder(account, ref);
    if (order === undefined) return answer('ORDER_NOT_FOUND');
    return isOpen(order) ? act(order) : answer('ORDER_NOT_OPEN', order);
  }

  private findOrder(account: number, ref: number | string | null): NaiveOrder | undefined {
    if (ref === null) return undefined;
    return this.orders.find(
      (order) => order.account === account && (order.id === ref || order.request!.clientOrderId === ref),
    );
  }

  private withdraw(order: NaiveOrder, status: string, reason: string | null): void {
    this.book.leave(order);
    this.end(order, status, reason);
  }

  private end(order: NaiveOrder, status: string, reason: string | null): void {
    order.status = status;
    order.reason = reason;
    order.updatedAt = this.time;
    this.announceOrder(order);
  }

  positionIn(account: NaiveAccount, instrument: number): NaivePosition {
    const leverage = this.markets[instrument]!.instrument.defaultLeverage;
    const position = account.positions.get(instrument) ?? { lots: 0n, cost: 0n, realized: 0n, leverage };
    account.positions.set(instrument, position);
    return position;
  }

  private announce(event: PrivateEvent): void {
    const account = this.account(event.account);
    account.seq += 1;
    this.events.push({ ...event, seq: account.seq });
  }

  private announceOrder(order: NaiveOrder): void {
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
  private announceChanges(): void {
    for (const touched of this.touchedPositions) {
      const [account = 0, instrument = 0] = touched.split(':').map(Number);
      const { lots, cost, realized, leverage } = this.positionIn(this.account(account), instrument);
      this.announce({
        kind: 'position',
        account,
        seq: 0,
        instrument,
        lots: Number(lots),
        cost: Number(cost),
        realizedPnl: Number(realized),
        leverage,
      });
    }
    for (const id of this.touchedAccounts) this.announce(this.accountEvent(id));
    this.touchedPositions = new Set();
    this.touchedAccounts = new Set();
  }

  private accountEvent(id: number): AccountEvent {
    const { balance, deposits, feesPaid } = this.account(id);
    return {
      kind: 'account',
      account: id,
      seq: 0,
      balance: Number(balance),
      deposits: Number(deposits),
      feesPaid: Number(feesPaid),
    };
  }
}

function answer(error: string | null, order: NaiveOrder | null = null): NaiveOutcome {
  return { error, orderId: order?.id ?? null, count: 0 };
}

function isSameRequest(one: PlaceOrder, other: PlaceOrder): boolean {
  const fields = ['instrument', 'side', 'type', 'timeInForce', 'lots', 'ticks', 'postOnly', 'reduceOnly'];
  return fields.every((field) => Reflect.get(one, field) === Reflect.get(other, field));
}
