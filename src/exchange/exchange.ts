import { Account } from './account.js';
import { Announcer } from './announcer.js';
import type { Batch } from './batch.js';
import type { BeginEpoch, Command, Deposit, ListInstrument, OpenAccount, SetLeverage } from './command.js';
import type { ExchangeListener } from './event.js';
import { flow, quote } from './house.js';
import { maxLeverage } from './instrument.js';
import { Market } from './market.js';
import { forgetOutdatedInTurn } from './open-orders.js';
import { venueTag } from './order-uuid.js';
import { amendOrder, cancelAll, cancelOrder, done, expireOrders, placeOrder, refused } from './orders.js';
import type { Outcome } from './outcome.js';
import { ExchangeState } from './state.js';
import type { AccountId, InstrumentId, Micros, Millis, OrderId, Position } from './units.js';
import { availableMargin } from './valuation.js';

/** How many gateway runs are remembered, to know a batch that is sent twice; the longest silent one goes first. */
const INCARNATIONS_MAX = 10_000;

/** More orders than a venue can place within the part of a history that may be lost. */
const EPOCH_GAP = 2 ** 32;

export type OutcomeHandler = (index: number, outcome: Outcome) => void;

/**
 * The exchange: a deterministic state machine. The same batches in the same order give the same events, the
 * same outcomes and the same state on every machine. It does no I/O and knows no clock but the journal's.
 */
export class Exchange {
  private readonly announcer: Announcer;

  constructor(
    listener: ExchangeListener,
    readonly state = new ExchangeState(),
  ) {
    this.announcer = new Announcer(listener);
  }

  get position(): Position {
    return this.state.position;
  }

  get time(): Millis {
    return this.state.time;
  }

  get clockOffsetMs(): number {
    return this.state.clockOffsetMs;
  }

  get epoch(): string {
    return this.state.epoch;
  }

  get serverRunId(): string {
    return this.state.serverRunId;
  }

  get markets(): readonly Market[] {
    return this.state.markets;
  }

  /** When something falls due by itself; null when nothing will. */
  get nextDueAt(): Millis | null {
    let next = this.state.expiries.nextAt;
    for (const { candles } of this.state.markets) {
      const closeAt = candles.nextCloseAt;
      if (closeAt !== null && (next === null || closeAt < next)) next = closeAt;
    }
    return next;
  }

  findMarket(symbol: string): Market | undefined {
    const id = this.state.marketIds.get(symbol);
    return id === undefined ? undefined : this.state.markets[id];
  }

  findPortfolio(portfolioId: string): Account | undefined {
    const id = this.state.portfolioIds.get(portfolioId);
    return id === undefined ? undefined : this.state.account(id);
  }

  /**
   * Applies one journal entry, whose time is that of its id. False when the batch was applied before: it was
   * sent twice because its first answer was lost, and changes nothing but the position.
   */
  applyBatch(time: Millis, batch: Batch, onOutcome: OutcomeHandler | null): boolean {
    const { state } = this;
    state.position = (state.position + 1) as Position;
    if (!this.isNew(batch)) return false;
    this.passTime((time + state.clockOffsetMs) as Millis);
    for (let index = 0; index < batch.commands.length; index++) {
      const outcome = this.apply(batch.commands[index]!);
      this.announcer.flush();
      onOutcome?.(index, outcome);
    }
    forgetOutdatedInTurn(state);
    return true;
  }

  private isNew({ incarnation, number }: Batch): boolean {
    const { incarnations } = this.state;
    const last = incarnations.get(incarnation) ?? 0;
    if (number <= last) return false;
    // Taken out and put in again, so that the map is in the order in which they were last heard of.
    incarnations.delete(incarnation);
    incarnations.set(incarnation, number);
    if (incarnations.size > INCARNATIONS_MAX) {
      for (const silent of incarnations.keys()) {
        incarnations.delete(silent);
        break;
      }
    }
    return true;
  }

  /** Runs everything that falls due up to a moment, each at its own time, and moves the clock there. */
  private passTime(until: Millis): void {
    const { state } = this;
    if (until <= state.time) return;
    expireOrders(state, this.announcer, until);
    state.time = until;
    for (const market of state.markets) {
      if (market.passTime(until)) this.announcer.marketChanged(market);
    }
    this.announcer.flush();
  }

  private apply(command: Command): Outcome {
    const { state, announcer } = this;
    switch (command.kind) {
      case 'PLACE':
        return placeOrder(state, announcer, command);
      case 'AMEND':
        return amendOrder(state, announcer, command);
      case 'CANCEL':
        return cancelOrder(state, announcer, command);
      case 'CANCEL_ALL':
        return cancelAll(state, announcer, command);
      case 'SET_LEVERAGE':
        return this.setLeverage(command);
      case 'OPEN_ACCOUNT':
        return this.openAccount(command);
      case 'DEPOSIT':
        return this.deposit(command);
      case 'LIST':
        return this.list(command);
      case 'QUOTE':
        return quote(state, announcer, command);
      case 'FLOW':
        return flow(state, announcer, command);
      case 'ADVANCE_CLOCK':
        state.clockOffsetMs += command.advanceMs;
        this.passTime((state.time + command.advanceMs) as Millis);
        return done();
      case 'TICK':
        return done();
      case 'BEGIN_EPOCH':
        return this.beginEpoch(command);
    }
  }

  /**
   * A new epoch leaves a gap in the numbers of orders and trades, so that those which were given out in a lost
   * part of the history are never used again. The very first epoch also names the venue's order ids.
   */
  private beginEpoch(command: BeginEpoch): Outcome {
    const { state } = this;
    if (state.epoch === '') state.venueTag = venueTag(command.epoch);
    else if (state.epoch !== command.epoch) {
      state.lastOrderId = (state.lastOrderId + EPOCH_GAP) as OrderId;
      state.lastTradeId += EPOCH_GAP;
    }
    state.epoch = command.epoch;
    state.serverRunId = command.serverRunId;
    return done();
  }

  private setLeverage(command: SetLeverage): Outcome {
    const { state, announcer } = this;
    const account = state.account(command.account);
    const market = state.market(command.instrument);
    if (account === undefined) return refused('FORBIDDEN');
    if (market === undefined) return refused('UNKNOWN_SYMBOL', account);
    if (command.marginMode !== 'CROSS') return refused('LEVERAGE_NOT_ALLOWED', account);
    if (command.leverage < 1 || command.leverage > maxLeverage(market.instrument)) {
      return refused('LEVERAGE_NOT_ALLOWED', account);
    }
    const holding = state.holding(account, market);
    const before = holding.leverage;
    holding.leverage = command.leverage;
    if (command.leverage < before && availableMargin(account, state.markets) < 0) {
      holding.leverage = before;
      return refused('INSUFFICIENT_MARGIN', account);
    }
    if (holding.lots !== 0 && before !== command.leverage) announcer.holdingChanged(account, holding);
    return done(account);
  }

  private openAccount(command: OpenAccount): Outcome {
    const { state } = this;
    const known = this.findPortfolio(command.portfolioId);
    if (known !== undefined) return done(known);
    const account = new Account(state.accounts.length as AccountId, command.portfolioId);
    state.accounts.push(account);
    state.portfolioIds.set(command.portfolioId, account.id);
    this.credit(account, command.deposit);
    return done(account);
  }

  private deposit(command: Deposit): Outcome {
    const account = this.state.account(command.account);
    if (account === undefined) return refused('FORBIDDEN');
    const sums = [account.balance, account.deposits, this.state.deposits];
    if (!sums.every((sum) => Number.isSafeInteger(sum + command.amount))) {
      return refused('INVALID_REQUEST', account);
    }
    this.credit(account, command.amount);
    return done(account);
  }

  private credit(account: Account, amount: Micros): void {
    account.balance = (account.balance + amount) as Micros;
    account.deposits = (account.deposits + amount) as Micros;
    this.state.deposits = (this.state.deposits + amount) as Micros;
    this.announcer.accountChanged(account);
  }

  private list(command: ListInstrument): Outcome {
    const { state } = this;
    const known = this.findMarket(command.instrument.symbol);
    if (known === undefined) {
      const market = new Market(state.markets.length as InstrumentId, command.instrument);
      state.markets.push(market);
      state.marketIds.set(command.instrument.symbol, market.id);
      return done();
    }
    const { priceDecimals, quantityDecimals } = known.instrument;
    const sameUnits =
      priceDecimals === command.instrument.priceDecimals &&
      quantityDecimals === command.instrument.quantityDecimals;
    if (!sameUnits) return refused('INVALID_REQUEST');
    known.instrument = command.instrument;
    return done();
  }
}
