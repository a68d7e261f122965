import { Call, type CallTerms } from './call.js';
import type { TradewireError } from './error.js';
import { backoffMs } from './reconnect.js';
import type { RateLimit, Response } from './session.js';

/** A server takes 1,024 requests of a session without an answer; what is more waits here. */
const IN_FLIGHT_MAX = 1_000;
/** Beyond it calls are refused, so that a long outage does not fill the memory. */
const CALLS_MAX = 10_000;
/** An answer that takes longer was lost: the server itself waits 10 seconds for an outcome at most. */
const ANSWER_TIMEOUT_MS = 15_000;
const SECOND_MS = 1_000;
/** Timers cannot be set for longer. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** What a server answers that could not do it now, and certainly has done nothing. */
const NOT_NOW: ReadonlySet<string> = new Set(['UNAVAILABLE', 'OVERLOADED']);

/**
 * The requests without an outcome. They outlive the session they were sent on: when its connection is lost, those
 * that can be sent again go out on the next one, in their order, before any that were asked for later.
 */
export class Requests {
  /** In the order they were made. */
  private readonly calls = new Map<number, Call>();
  /** Those of them that are not sent. */
  private readonly waiting = new Map<number, Call>();
  private inFlight = 0;
  private lastId = 0;
  private isOpen = false;
  private end: TradewireError | null = null;

  constructor(private readonly send: (text: string) => void) {}

  /** Whether the server owes an answer. */
  get isWaiting(): boolean {
    return this.inFlight > 0;
  }

  /** Makes a request, and rejects with a `TradewireError`. */
  call<Result>(method: string, params: unknown, terms: CallTerms): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.end !== null) return reject(this.end);
      const id = ++this.lastId;
      const settle = (result: unknown) => resolve(result as Result);
      const call = new Call(id, method, params, terms, settle, reject);
      if (this.calls.size >= CALLS_MAX) {
        return call.reject('OVERLOADED', 'too many requests wait for the connection');
      }
      this.calls.set(id, call);
      if (this.isOpen) this.offer(call);
      else this.hold(call);
    });
  }

  /** A session has begun, and what belongs to it may be asked for. What was asked before goes out with `resume`. */
  begin(): void {
    this.isOpen = true;
  }

  /** Sends what is waiting, oldest first. */
  resume(): void {
    const held = [...this.waiting.values()].sort((one, other) => one.id - other.id);
    this.waiting.clear();
    for (const call of held) this.offer(call);
  }

  /** The session is over: each request without an answer is kept for the next one, or told of. */
  lose(): void {
    this.isOpen = false;
    this.inFlight = 0;
    for (const call of this.calls.values()) this.release(call);
  }

  answer({ id, result, error }: Response): void {
    const call = id === null ? undefined : this.calls.get(id);
    if (call === undefined) return;
    this.leave(call);
    if (error === undefined) this.settle(call, () => call.resolve(result));
    else this.refuse(call, error.code, error.message, error.details);
    if (this.waiting.size > 0) this.sendNext();
  }

  /** No session will follow: everything is rejected, now and later. */
  finish(error: TradewireError): void {
    this.end = error;
    for (const call of this.calls.values()) {
      if (call.isInDoubt || (call.state === 'SENT' && call.changesSomething)) {
        call.isInDoubt = true;
        this.settle(call, () => call.rejectUnknown());
      } else this.settle(call, () => call.fail(error));
    }
  }

  private offer(call: Call): void {
    if (this.inFlight >= IN_FLIGHT_MAX) return this.hold(call);
    this.inFlight++;
    call.state = 'SENT';
    this.wake(call, Math.min(ANSWER_TIMEOUT_MS, call.remainingMs), () => this.miss(call));
    this.send(call.text);
  }

  private hold(call: Call): void {
    call.state = 'WAITING';
    this.waiting.set(call.id, call);
    this.wake(call, call.remainingMs, () => this.settle(call, () => call.rejectUnknown()));
  }

  private sendNext(): void {
    for (const call of this.waiting.values()) {
      if (this.inFlight >= IN_FLIGHT_MAX) return;
      this.waiting.delete(call.id);
      this.offer(call);
    }
  }

  /** An attempt has no answer in time. */
  private miss(call: Call): void {
    const { kind } = call.terms;
    call.isInDoubt = call.changesSomething;
    if (call.remainingMs <= 0) {
      this.leave(call);
      return this.settle(call, () => call.rejectUnknown());
    }
    if (kind === 'ONCE') return this.wake(call, call.remainingMs, () => this.miss(call));
    this.leave(call);
    this.offer(call);
  }

  private refuse(call: Call, code: string, message: string, details: unknown): void {
    const { kind, waitsForLimit } = call.terms;
    if (code === 'UNKNOWN_OUTCOME' && kind !== 'ONCE') {
      call.isInDoubt = call.changesSomething;
      return this.pause(call, 0, code, message, details);
    }
    if (NOT_NOW.has(code)) return this.pause(call, 0, code, message, details);
    // Of an attempt before this one the outcome is still unknown, whatever this one was refused for.
    if (code === 'RATE_LIMITED' && (waitsForLimit || call.isInDoubt)) {
      const resetS = (details as RateLimit | undefined)?.resetTime ?? 1;
      return this.pause(call, resetS * SECOND_MS, code, message, details);
    }
    this.settle(call, () => call.reject(code, message, details));
  }

  /** Lets a call wait before it is sent again; rejects it where that would be too late. */
  private pause(call: Call, leastMs: number, code: string, message: string, details: unknown): void {
    const pauseMs = leastMs + backoffMs(call.refusals, Math.random());
    if (pauseMs > call.remainingMs) {
      return this.settle(call, () => {
        if (call.isInDoubt) call.rejectUnknown();
        else call.reject(code, message, details);
      });
    }
    call.refusals++;
    call.state = 'PAUSED';
    this.wake(call, pauseMs, () => (this.isOpen ? this.offer(call) : this.hold(call)));
  }

  private release(call: Call): void {
    const { kind } = call.terms;
    if (kind === 'SESSION') {
      return this.settle(call, () => call.reject('DISCONNECTED', 'the session it was for is over'));
    }
    if (call.state !== 'SENT') return;
    call.isInDoubt = call.changesSomething;
    if (kind === 'ONCE') this.settle(call, () => call.rejectUnknown());
    else this.hold(call);
  }

  /** No answer to it is due any more. */
  private leave(call: Call): void {
    this.waiting.delete(call.id);
    if (call.state === 'SENT') this.inFlight--;
  }

  private settle(call: Call, how: () => void): void {
    this.calls.delete(call.id);
    this.waiting.delete(call.id);
    how();
  }

  private wake(call: Call, delayMs: number, then: () => void): void {
    clearTimeout(call.timer);
    call.timer = setTimeout(then, Math.min(delayMs, TIMER_MAX_MS));
  }
}
