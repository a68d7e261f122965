import { TradewireError } from './error.js';

/**
 * What becomes of a request whose answer was lost, with its connection or alone:
 * - `READ`: it is asked again;
 * - `REPEATABLE`: a command that does no more when it is sent twice, so it is sent again until its outcome is known;
 * - `ONCE`: a command that would be done twice: its outcome stays unknown, and that is told;
 * - `SESSION`: it means something to the session that it was sent on, and ends with it.
 */
export type CallKind = 'READ' | 'REPEATABLE' | 'ONCE' | 'SESSION';

/** Where a request is: not sent yet, without an answer, or waiting to be sent again. */
export type CallState = 'WAITING' | 'SENT' | 'PAUSED' | 'SETTLED';

/** How a caller wants a request to be made. */
export interface CallTerms {
  readonly kind: CallKind;
  /** How long all attempts together may take. */
  readonly timeoutMs: number;
  /** True: wait when the key has made too many requests; false: reject with `RATE_LIMITED`. */
  readonly waitsForLimit: boolean;
}

/** One request, from its first attempt to its outcome. */
export class Call {
  state: CallState = 'WAITING';
  /** True once an attempt may have been carried out without anybody knowing. */
  isInDoubt = false;
  /** How often it was answered with "not now" in a row. */
  refusals = 0;
  /** For the end of the wait for an answer, or of a pause. */
  timer: ReturnType<typeof setTimeout> | undefined;
  readonly text: string;
  readonly deadlineMs: number;

  constructor(
    readonly id: number,
    method: string,
    params: unknown,
    readonly terms: CallTerms,
    private readonly resolvePromise: (result: unknown) => void,
    private readonly rejectPromise: (error: TradewireError) => void,
  ) {
    this.text = JSON.stringify({ id, method, params });
    this.deadlineMs = performance.now() + terms.timeoutMs;
  }

  get remainingMs(): number {
    return this.deadlineMs - performance.now();
  }

  get changesSomething(): boolean {
    return this.terms.kind === 'REPEATABLE' || this.terms.kind === 'ONCE';
  }

  resolve(result: unknown): void {
    this.settle();
    this.resolvePromise(result);
  }

  reject(code: string, message: string, details?: unknown): void {
    this.fail(new TradewireError(code, message, details, this.isInDoubt));
  }

  fail(error: TradewireError): void {
    this.settle();
    this.rejectPromise(error);
  }

  /** The outcome is not known, and no more is done to learn it. */
  rejectUnknown(): void {
    const { isInDoubt } = this;
    this.isInDoubt = false;
    if (isInDoubt) this.reject('UNKNOWN_OUTCOME', 'the answer was lost: it may or may not have been done');
    else this.reject('TIMED_OUT', 'no answer came in time');
  }

  private settle(): void {
    this.state = 'SETTLED';
    clearTimeout(this.timer);
  }
}
