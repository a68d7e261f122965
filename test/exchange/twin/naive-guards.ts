import type { GuardCommand } from '../../../src/exchange/clients/guard-command.js';
import { answer, type NaiveOutcome } from './naive-outcome.js';
import type { NaiveState } from './naive-state.js';

/** A session whose end has orders cancelled, and the gateway run that it is on. */
export interface NaiveGuard {
  readonly incarnation: string;
  readonly sessionId: string;
  readonly account: number;
  readonly graceMs: number;
}

/** The beginning of a session of a portfolio, and how many orders the venue had before. */
export interface NaiveReturn {
  readonly account: number;
  readonly position: number;
  readonly lastOrderId: number;
}

const SESSIONS_MAX = 1_000;
const GRACE_MAX_MS = 60_000;
const RETURNS_MAX = 8;

/** What the twin knows of gateways and their sessions. */
export class NaiveGuards {
  guards: NaiveGuard[] = [];
  returns: NaiveReturn[] = [];
  /** Every batch by its number, and where it stands. */
  readonly batches: { incarnation: string; number: number; position: number }[] = [];
  readonly givenUp = new Set<string>();

  constructor(private readonly state: NaiveState) {}

  guardsOf(account: number): readonly NaiveGuard[] {
    return this.guards.filter((guard) => guard.account === account);
  }

  returnsOf(account: number): readonly NaiveReturn[] {
    return this.returns.filter((each) => each.account === account);
  }

  apply(command: GuardCommand, incarnation: string): NaiveOutcome {
    switch (command.kind) {
      case 'GUARD_SESSION':
        return this.guard({ ...command, incarnation });
      case 'SESSION_LOST':
        this.lose(
          (guard) => guard.incarnation === incarnation && guard.sessionId === command.sessionId,
          command.heardAt,
        );
        return answer(null);
      case 'PORTFOLIO_BACK':
        this.comeBack(command.account);
        return answer(null);
      case 'GATEWAY_LOST': {
        const own = this.batches.filter((batch) => batch.incarnation === command.incarnation);
        const last = own.at(-1);
        const isGuarded = this.guards.some((guard) => guard.incarnation === command.incarnation);
        if (!isGuarded || last!.number > command.lastNumber) return answer(null);
        this.givenUp.add(command.incarnation);
        this.lose((guard) => guard.incarnation === command.incarnation, last!.position);
        return answer(null);
      }
    }
  }

  private guard(asked: Omit<NaiveGuard, 'graceMs'> & { graceMs: number | null }): NaiveOutcome {
    const { incarnation, sessionId, account, graceMs } = asked;
    if (graceMs !== null && graceMs > GRACE_MAX_MS) return answer('INVALID_REQUEST');
    const isSame = (guard: NaiveGuard) => guard.incarnation === incarnation && guard.sessionId === sessionId;
    const before = this.guards.find(isSame);
    if (before !== undefined && before.account !== account) return answer('FORBIDDEN');
    if (graceMs === null) {
      this.forget(isSame);
      return answer(null);
    }
    if (before === undefined && this.guardsOf(account).length >= SESSIONS_MAX)
      return answer('INVALID_REQUEST');
    const next = { incarnation, sessionId, account, graceMs };
    if (before === undefined) this.guards.push(next);
    else this.guards[this.guards.indexOf(before)] = next;
    return answer(null);
  }

  private lose(isLost: (guard: NaiveGuard) => boolean, heardAt: number): void {
    for (const { account, graceMs } of this.guards.filter(isLost)) {
      const back = this.returnsOf(account).find(({ position }) => position > heardAt);
      if (graceMs === 0) this.cancel(account, back?.lastOrderId ?? Number.POSITIVE_INFINITY);
      else if (back === undefined) {
        const { disconnectAt } = this.state.account(account);
        const until = this.state.time + graceMs;
        this.state.account(account).disconnectAt = disconnectAt === 0 ? until : Math.min(disconnectAt, until);
      }
    }
    this.forget(isLost);
  }

  private comeBack(account: number): void {
    this.state.account(account).disconnectAt = 0;
    if (this.guardsOf(account).length === 0) return;
    const { position, lastOrderId } = this.state;
    this.returns.push({ account, position, lastOrderId });
    const [oldest, ...others] = this.returnsOf(account);
    if (others.length === RETURNS_MAX) this.returns = this.returns.filter((each) => each !== oldest);
  }

  fire(account: number): void {
    this.state.account(account).disconnectAt = 0;
    this.cancel(account, Number.POSITIVE_INFINITY);
  }

  private cancel(account: number, last: number): void {
    for (const order of this.state.openOrdersOf(account)) {
      if (order.id <= last) this.state.withdraw(order, 'CANCELED', 'DISCONNECT');
    }
  }

  private forget(isGone: (guard: NaiveGuard) => boolean): void {
    this.guards = this.guards.filter((guard) => !isGone(guard));
    this.returns = this.returns.filter(({ account }) => this.guardsOf(account).length > 0);
  }
}
