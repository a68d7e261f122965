import type { Batch } from '../../../src/exchange/codec/batch.js';
import type {
  AdjustMargin,
  AmendOrder,
  BeginEpoch,
  CancelAll,
  Command,
  OpenAccount,
  PlaceOrder,
  SetLeverage,
  TopUp,
} from '../../../src/exchange/command.js';
import { nextFourPmInNewYork } from '../wall-clock.js';
import { absolute, ascending, type NaiveAccount, newAccount } from './naive-account.js';
import { isOpen, type NaiveOrder, newOrder } from './naive-book.js';
import { charge } from './naive-charge.js';
import { fireDeadman, setDeadman } from './naive-deadman.js';
import { enter } from './naive-entry.js';
import { rejection, setFaults } from './naive-faults.js';
import { nextFunding, settleHour, settleNow } from './naive-funding.js';
import { NaiveGuards } from './naive-guards.js';
import { isOpenAt, nextBell, nextClose } from './naive-hours.js';
import { closeHouse, flow, openHouse, quote } from './naive-house.js';
import { react } from './naive-liquidation.js';
import { allowsLeverage, coversLeverage } from './naive-margin.js';
import type { NaiveMarket } from './naive-market.js';
import { refusedAfterEnd, whyEnded } from './naive-membership.js';
import { answer, type NaiveOutcome } from './naive-outcome.js';
import { nextSettlement, settleDue, settlePrediction } from './naive-predictions.js';
import { isMarkMoving, newPrices, nextSample, sampleBetween } from './naive-prices.js';
import { configure } from './naive-profile.js';
import { closableLots, judge } from './naive-rules.js';
import { NaiveState } from './naive-state.js';
import { accountValue, adjustMargin } from './naive-transfers.js';
import { awaitTrigger, protect, stopOf } from './naive-triggers.js';

const DAY_MS = 86_400_000;

/**
 * The twin: the same rules, written as plainly as can be. It keeps no sums that could go wrong, and finds
 * everything by looking through arrays. What it and the exchange disagree about is a mistake in one of them.
 */
export class NaiveExchange extends NaiveState {
  private readonly latestBatch = new Map<string, number>();
  readonly guards = new NaiveGuards(this);
  /** When a bell of the exchange was heard last, or the first market that heeds them was listed. */
  private heardBellAt: number | null = null;

  /** Applies one journal entry and returns the outcomes; none when it is a duplicate. */
  applyBatch(time: number, batch: Batch): NaiveOutcome[] {
    this.position += 1;
    if (batch.number <= (this.latestBatch.get(batch.incarnation) ?? 0)) return [];
    this.latestBatch.set(batch.incarnation, batch.number);
    this.guards.batches.push({ ...batch, position: this.position });
    if (this.guards.givenUp.has(batch.incarnation)) return batch.commands.map(() => answer('UNAVAILABLE'));
    this.passTime(time + this.offsetMs);
    const outcomes: NaiveOutcome[] = [];
    let guarded: { left: number; error: string } = { left: 0, error: '' };
    for (const command of batch.commands) {
      if (guarded.left > 0) {
        outcomes.push(answer(guarded.error));
        guarded = { ...guarded, left: guarded.left - 1 };
        continue;
      }
      const outcome = this.apply(command, batch.incarnation);
      this.conclude();
      outcomes.push(outcome);
      if (command.kind === 'CHARGE' && outcome.error !== null) {
        guarded = { left: command.guards, error: outcome.error };
      }
    }
    const oldest = this.time - DAY_MS;
    this.orders = this.orders.filter((order) => order.updatedAt > oldest || isOpen(order));
    return outcomes;
  }

  private apply(command: Command, incarnation: string): NaiveOutcome {
    if ('account' in command && !this.accounts.some((account) => account.id === command.account)) {
      return answer('FORBIDDEN');
    }
    const ended = refusedAfterEnd(this, command);
    if (ended !== null) return answer(ended);
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
      case 'CHARGE':
        return charge(this, command);
      case 'SET_DEADMAN':
        return setDeadman(this, command);
      case 'GUARD_SESSION':
      case 'SESSION_LOST':
      case 'PORTFOLIO_BACK':
      case 'GATEWAY_LOST':
        return this.guards.apply(command, incarnation);
      case 'PROTECT':
        return protect(this, command);
      case 'SET_LEVERAGE':
        return this.setLeverage(command);
      case 'ADJUST_MARGIN':
        return this.adjustMargin(command);
      case 'OPEN_ACCOUNT':
        return this.openAccount(command);
      case 'CONFIGURE_ACCOUNT':
        return configure(this, command);
      case 'SET_FAULTS':
        return setFaults(this, command);
      case 'DEPOSIT':
        return this.credit(this.account(command.account), BigInt(command.amount));
      case 'TOP_UP':
        return this.topUp(command);
      case 'SET_MEMBERSHIP':
        this.account(command.account).membership = command.membership;
        return answer(null);
      case 'LIST':
        this.markets.push({
          id: this.markets.length,
          instrument: command.instrument,
          oracle: 0n,
          mark: 0n,
          markBefore: 0n,
          lastTicks: 0,
          step: 0,
          pinned: false,
          prices: newPrices(),
          held: null,
          settledAt: null,
        });
        if (command.instrument.hours === 'NYSE') this.heardBellAt ??= this.time;
        this.followBell(this.markets.at(-1)!);
        return answer(null);
      case 'QUOTE':
        return quote(this, command);
      case 'FLOW':
        return flow(this, command.instrument, command.side, command.lots, command.step);
      case 'SETTLE_FUNDING':
        return settleNow(this, command);
      case 'SETTLE_PREDICTION':
        return settlePrediction(this, command);
      case 'ADVANCE_CLOCK':
        this.offsetMs += command.advanceMs;
        this.passTime(this.time + command.advanceMs);
        return answer(null);
      case 'TICK':
        return answer(null);
      case 'BEGIN_EPOCH':
        this.beginEpoch(command);
        return answer(null);
    }
  }

  private beginEpoch({ epoch, after }: BeginEpoch): void {
    if (after !== this.epoch || epoch === after) return;
    this.epoch = epoch;
    if (after === '') return;
    this.lastOrderId += 4_294_967_296;
    this.lastTradeId += 4_294_967_296;
  }

  private passTime(until: number): void {
    if (until <= this.time) return;
    for (let due = this.nextDue(); due !== null && due.at <= until; due = this.nextDue()) {
      this.moveClock(due.at);
      due.run();
      this.conclude();
    }
    this.moveClock(until);
    this.conclude();
  }

  private moveClock(to: number): void {
    for (const market of this.markets) sampleBetween(this, market, this.time, to);
    this.time = Math.max(this.time, to);
  }

  private conclude(): void {
    react(this);
    this.announceChanges();
  }

  /**
   * Funding is paid and marks move before orders end, and these before predictions settle, markets open or close, and
   * portfolios are found silent, or have not come back.
   */
  private nextDue(): { at: number; run: () => void } | null {
    const expiries = this.open
      .filter((order) => order.expiresAt > 0)
      .map((order) => ({ at: order.expiresAt, run: () => this.expire(order) }));
    const silences = this.accounts
      .filter((account) => account.deadmanAt > 0)
      .map((account) => ({ at: account.deadmanAt, run: () => fireDeadman(this, account) }));
    const absences = this.accounts
      .filter((account) => account.disconnectAt > 0)
      .map((account) => ({ at: account.disconnectAt, run: () => this.guards.fire(account.id) }));
    const hour = nextFunding(this);
    const fundings = hour === null ? [] : [{ at: hour, run: () => settleHour(this) }];
    const isMoving = this.markets.some((market) => isMarkMoving(this, market));
    const decision = nextSettlement(this);
    const decisions = decision === null ? [] : [{ at: decision, run: () => settleDue(this) }];
    const samples = isMoving ? [{ at: nextSample(this.time), run: () => {} }] : [];
    const bells =
      this.heardBellAt === null ? [] : [{ at: nextBell(this.heardBellAt).at, run: () => this.ring() }];
    return (
      [...fundings, ...samples, ...expiries, ...decisions, ...bells, ...silences, ...absences].sort(
        (one, other) => one.at - other.at,
      )[0] ?? null
    );
  }

  private expire(order: NaiveOrder): void {
    this.withdraw(order, 'EXPIRED', order.timeInForce === 'DAY' ? 'DAY_ENDED' : 'TIME_ENDED');
  }

  /** Opens or closes the markets with hours; at the open, those who waited come in the order of their numbers. */
  private ring(): void {
    this.heardBellAt = this.time;
    for (const market of this.markets) this.followBell(market);
    this.conclude();
    for (const order of this.orders.filter((each) => each.status === 'PENDING_MARKET_OPEN')) {
      const market = this.markets[order.instrument]!;
      if (market.held !== null || !isOpen(order)) continue;
      const stopTicks = order.stop?.ticks ?? 0;
      const wish = { order, lots: order.lots, ticks: order.ticks, stopTicks, isAmendment: true };
      const error = judge(this, market, wish);
      this.book.leave(order);
      order.referenceTicks = 0;
      if (error !== null) this.end(order, order.filled > 0 ? 'CANCELED' : 'REJECTED', error);
      else {
        order.status = 'ACTIVE';
        order.updatedAt = this.time;
        enter(this, order);
      }
      this.conclude();
    }
  }

  private followBell(market: NaiveMarket): void {
    const isClosed = market.instrument.hours === 'NYSE' && !isOpenAt(this.time);
    if (isClosed && market.held === null) closeHouse(this, market);
    if (!isClosed && market.held !== null) openHouse(this, market);
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
    const stopTicks = order.stop?.ticks ?? 0;
    const wish = { order, lots: order.lots, ticks: order.ticks, stopTicks, isAmendment: false };
    const error =
      whyEnded(this, command.account) ?? rejection(this, command.account) ?? judge(this, market, wish);
    this.take(order);
    if (error !== null) {
      this.end(order, 'REJECTED', error);
      return answer(error, order);
    }
    if (order.stop === null) enter(this, order);
    else awaitTrigger(this, order);
    return answer(null, order);
  }

  private userOrder(id: number, command: PlaceOrder): NaiveOrder {
    const expiresAt = command.timeInForce === 'DAY' ? this.dayEnd(command.instrument) : command.expiresAt;
    const stop = stopOf(command);
    return newOrder({ ...command, id, request: command, expiresAt, stop, updatedAt: this.time });
  }

  private dayEnd(instrument: number): number {
    const { hours } = this.markets[instrument]!.instrument;
    return hours === 'NYSE' ? nextClose(this.time) : nextFourPmInNewYork(this.time);
  }

  private amend(command: AmendOrder): NaiveOutcome {
    return this.withOpenOrder(command.account, command.order, (order) => {
      const ticks = command.ticks || order.ticks;
      const stopTicks = command.stopTicks || (order.stop?.ticks ?? 0);
      let lots = command.lots || order.lots;
      if (order.reduceOnly) lots = Math.min(lots, order.filled + closableLots(this, order));
      if (lots <= order.filled || !mayChange(order, command)) return answer('INVALID_REQUEST', order);
      const market = this.markets[order.instrument]!;
      const error = judge(this, market, { order, lots, ticks, stopTicks, isAmendment: true });
      if (error !== null) return answer(error, order);
      const waits = order.status === 'PENDING';
      const keepsPlace = waits || (ticks === order.ticks && lots <= order.lots);
      order.lots = lots;
      order.ticks = ticks;
      if (waits) order.stop!.ticks = stopTicks;
      order.updatedAt = this.time;
      if (keepsPlace) {
        this.announceOrder(order);
      } else {
        this.book.leave(order);
        enter(this, order);
      }
      return answer(null, order);
    });
  }

  private cancelAll(command: CancelAll): NaiveOutcome {
    const mine = this.openOrdersOf(command.account).filter(
      (order) => command.instrument === null || order.instrument === command.instrument,
    );
    for (const order of mine) this.withdraw(order, 'CANCELED', null);
    return { ...answer(null), count: mine.length };
  }

  private setLeverage({ account, instrument, leverage, marginMode }: SetLeverage): NaiveOutcome {
    const market = this.markets[instrument];
    if (market === undefined) return answer('UNKNOWN_SYMBOL');
    const isolated = marginMode === 'ISOLATED';
    if (!allowsLeverage(this, account, market, leverage, isolated)) return answer('LEVERAGE_NOT_ALLOWED');
    const position = this.positionIn(this.account(account), instrument);
    const before = { leverage: position.leverage, isolated: position.isolated };
    Object.assign(position, { leverage, isolated });
    if (leverage < before.leverage && !coversLeverage(this, account, market)) {
      Object.assign(position, before);
      return answer('INSUFFICIENT_MARGIN');
    }
    const hasChanged = position.lots !== 0n && leverage !== before.leverage;
    if (hasChanged) this.touchedPositions.add(`${account}:${instrument}`);
    return answer(null);
  }

  private adjustMargin({ account, instrument, amount }: AdjustMargin): NaiveOutcome {
    const market = this.markets[instrument];
    if (market === undefined) return answer('UNKNOWN_SYMBOL');
    const error = adjustMargin(this, this.account(account), market, BigInt(amount));
    if (error !== null) return answer(error);
    this.touchedPositions.add(`${account}:${instrument}`);
    this.touchedAccounts.add(account);
    return answer(null);
  }

  private openAccount({ portfolioId, deposit, membership }: OpenAccount): NaiveOutcome {
    if (this.portfolios.includes(portfolioId)) return answer(null);
    this.portfolios.push(portfolioId);
    const account = newAccount(this.accounts.length + 1);
    account.membership = membership;
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

  private topUp({ account: id, amount, below }: TopUp): NaiveOutcome {
    const account = this.account(id);
    const margins = [...account.positions.values()].reduce((sum, { margin }) => sum + margin, 0n);
    const [, most] = ascending(account.balance + margins, accountValue(this, id));
    if (most! >= BigInt(below)) return answer('BALANCE_TOO_HIGH');
    return this.credit(account, BigInt(amount));
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
      (order) =>
        order.account === account &&
        (order.id === ref || order.request?.clientOrderId === ref) &&
        (isOpen(order) || order.updatedAt > this.time - DAY_MS),
    );
  }
}

/** Whether an order has what is to be changed, and it is its owner's to change. */
function mayChange(order: NaiveOrder, { lots, ticks, stopTicks }: AmendOrder): boolean {
  const waits = order.status === 'PENDING';
  const trails = order.stop !== null && (order.stop.trailTicks > 0 || order.stop.trailPpm > 0);
  if (stopTicks > 0 && (!waits || trails)) return false;
  if (ticks > 0 && !/LIMIT/.test(order.type)) return false;
  return !(lots > 0 && waits && order.stop!.coversPosition);
}

function isSameRequest(one: PlaceOrder, other: PlaceOrder): boolean {
  const terms = ({ kind: _, account: __, clientOrderId: ___, ...rest }: PlaceOrder) => JSON.stringify(rest);
  return terms(one) === terms(other);
}
