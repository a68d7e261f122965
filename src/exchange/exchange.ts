import type { Account } from './accounts/account.js';
import { configureAccount } from './accounts/account-profile.js';
import { deposit, openAccount, topUp } from './accounts/funds.js';
import { asMember, setMembership } from './accounts/membership-rules.js';
import { Announcer } from './announcer.js';
import { guardSession, loseGateway, loseSession, returnPortfolio } from './clients/disconnect-guard.js';
import { setFaults } from './clients/fault-rules.js';
import type { Batch } from './codec/batch.js';
import type { BeginEpoch, Command } from './command.js';
import type { ErrorCode } from './error-code.js';
import type { ExchangeListener } from './event.js';
import { settleFunding } from './funding/funding.js';
import { flow, quote } from './house.js';
import { adjustMargin } from './margin/isolated-margin.js';
import { setLeverage } from './margin/leverage.js';
import { listInstrument } from './markets/listing.js';
import type { Market } from './markets/market.js';
import { settlePrediction } from './markets/predictions.js';
import { amendOrder } from './orders/amendments.js';
import { setDeadman } from './orders/deadman.js';
import { forgetOutdatedInTurn } from './orders/open-orders.js';
import { venueTag } from './orders/order-uuid.js';
import { cancelAll, cancelOrder, placeOrder } from './orders/orders.js';
import { protectPosition } from './orders/protection.js';
import { done, type Outcome, refused } from './outcome.js';
import { react } from './reaction.js';
import { charge } from './requests/charge.js';
import { advanceTime, beginEntry, nextDueAt } from './schedule.js';
import { ExchangeState } from './state.js';
import type { Millis, OrderId, Position } from './units.js';

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
    return nextDueAt(this.state);
  }

  findMarket(symbol: string): Market | undefined {
    return this.state.findMarket(symbol);
  }

  findPortfolio(portfolioId: string): Account | undefined {
    return this.state.findPortfolio(portfolioId);
  }

  /**
   * Applies one journal entry, whose time is that of its id. False when it changes nothing but the position: the batch
   * was applied before, and sent twice because its first answer was lost, or its gateway was given up, and then each of
   * its commands is `UNAVAILABLE`.
   */
  applyBatch(time: Millis, batch: Batch, onOutcome: OutcomeHandler | null): boolean {
    const { state } = this;
    state.position = (state.position + 1) as Position;
    if (!this.isNew(batch)) return false;
    if (this.isGivenUp(batch.incarnation)) {
      for (const index of batch.commands.keys()) onOutcome?.(index, refused('UNAVAILABLE'));
      return false;
    }
    beginEntry(state, this.announcer, (time + state.clockOffsetMs) as Millis);
    for (let index = 0; index < batch.commands.length; index++) {
      const command = batch.commands[index]!;
      const outcome = this.apply(command, batch.incarnation);
      react(state, this.announcer);
      this.announcer.flush();
      onOutcome?.(index, outcome);
      if (outcome.error !== null && command.kind === 'CHARGE') {
        index = refuseGuarded(batch, index, command.guards, outcome.error, onOutcome);
      }
    }
    forgetOutdatedInTurn(state);
    return true;
  }

  /** True when the others took a gateway run for dead: nothing that it appends has any effect. */
  isGivenUp(incarnation: string): boolean {
    return this.state.givenUp.has(incarnation);
  }

  /** True when the end of a session on a gateway run has orders cancelled. */
  isGuarded(incarnation: string, sessionId: string): boolean {
    return this.state.guardedGateways.get(incarnation)?.sessions.has(sessionId) === true;
  }

  private isNew({ incarnation, number }: Batch): boolean {
    const { incarnations, guardedGateways, givenUp, position } = this.state;
    const last = incarnations.get(incarnation) ?? 0;
    if (number <= last) return false;
    // Taken out and put in again, so that the map is in the order in which they were last heard of.
    incarnations.delete(incarnation);
    incarnations.set(incarnation, number);
    if (incarnations.size > INCARNATIONS_MAX) {
      for (const silent of incarnations.keys()) {
        incarnations.delete(silent);
        givenUp.delete(silent);
        break;
      }
    }
    const guarded = guardedGateways.size === 0 ? undefined : guardedGateways.get(incarnation);
    if (guarded !== undefined) guarded.heardAt = position;
    return true;
  }

  private apply(command: Command, incarnation: string): Outcome {
    const { state, announcer } = this;
    switch (command.kind) {
      case 'PLACE':
        return placeOrder(state, announcer, command);
      case 'AMEND':
        return asMember(state, announcer, command, amendOrder);
      case 'CANCEL':
        return cancelOrder(state, announcer, command);
      case 'CANCEL_ALL':
        return cancelAll(state, announcer, command);
      case 'CHARGE':
        return charge(state, command);
      case 'SET_DEADMAN':
        return setDeadman(state, command);
      case 'GUARD_SESSION':
        return guardSession(state, command, incarnation);
      case 'SESSION_LOST':
        return loseSession(state, announcer, command, incarnation);
      case 'PORTFOLIO_BACK':
        return returnPortfolio(state, command);
      case 'GATEWAY_LOST':
        return loseGateway(state, announcer, command);
      case 'PROTECT':
        return asMember(state, announcer, command, protectPosition);
      case 'SET_LEVERAGE':
        return asMember(state, announcer, command, setLeverage);
      case 'ADJUST_MARGIN':
        return asMember(state, announcer, command, adjustMargin);
      case 'OPEN_ACCOUNT':
        return openAccount(state, announcer, command);
      case 'CONFIGURE_ACCOUNT':
        return configureAccount(state, announcer, command);
      case 'SET_MEMBERSHIP':
        return setMembership(state, command);
      case 'SET_FAULTS':
        return setFaults(state, announcer, command);
      case 'DEPOSIT':
        return deposit(state, announcer, command);
      case 'TOP_UP':
        return asMember(state, announcer, command, topUp);
      case 'LIST':
        return listInstrument(state, announcer, command);
      case 'QUOTE':
        return quote(state, announcer, command);
      case 'FLOW':
        return flow(state, announcer, command);
      case 'SETTLE_FUNDING':
        return settleFunding(state, announcer, command);
      case 'SETTLE_PREDICTION':
        return settlePrediction(state, announcer, command);
      case 'ADVANCE_CLOCK':
        state.clockOffsetMs += command.advanceMs;
        advanceTime(state, announcer, (state.time + command.advanceMs) as Millis);
        return done();
      case 'TICK':
        return done();
      case 'BEGIN_EPOCH':
        return this.beginEpoch(command);
    }
  }

  /**
   * A new epoch leaves a gap in the numbers of orders and trades, so that those which were given out in a lost
   * part of the history are never used again. The very first epoch also names the venue's order ids. One that does
   * not follow the present epoch came second, and changes nothing.
   */
  private beginEpoch(command: BeginEpoch): Outcome {
    const { state } = this;
    if (state.epoch !== command.after) return done();
    if (state.epoch === '') state.venueTag = venueTag(command.epoch);
    else if (state.epoch !== command.epoch) {
      state.lastOrderId = (state.lastOrderId + EPOCH_GAP) as OrderId;
      state.lastTradeId += EPOCH_GAP;
    }
    state.epoch = command.epoch;
    state.serverRunId = command.serverRunId;
    return done();
  }
}

/** Passes over the commands behind a charge that was refused; returns the index of the last of them. */
function refuseGuarded(
  { commands }: Batch,
  chargeIndex: number,
  guards: number,
  error: ErrorCode,
  onOutcome: OutcomeHandler | null,
): number {
  const last = Math.min(chargeIndex + guards, commands.length - 1);
  for (let index = chargeIndex + 1; index <= last; index++) onOutcome?.(index, refused(error));
  return last;
}
