import { ERROR_TABLE, type ErrorCode } from '../../exchange/error-code.js';
import type { Outcome } from '../../exchange/outcome.js';
import type { Refusal } from '../request/order-intake.js';
import type { Client } from './client.js';

/** A request's id as JSON text, echoed as it came. */
export type RequestId = string;

/** The error object of a response or a batch entry, as JSON text. */
export function errorText(
  code: ErrorCode,
  details?: unknown,
  message: string = ERROR_TABLE[code].message,
): string {
  return JSON.stringify({ code, message, details });
}

/** The error object of a request that was refused before it became a command. */
export function refusalText({ error, errors }: Refusal): string {
  return errorText(error, errors === undefined ? undefined : { errors });
}

/** Answers one request, once. */
export class Responder {
  constructor(
    private readonly client: Client,
    private readonly id: RequestId,
  ) {
    client.inFlight += 1;
  }

  /** `result` is JSON text. */
  result(result: string): void {
    this.client.inFlight -= 1;
    this.client.session.send(`{"id":${this.id},"result":${result}}`);
  }

  /** `error` is JSON text, as `errorText` makes it. */
  error(error: string): void {
    this.client.inFlight -= 1;
    this.client.session.send(`{"id":${this.id},"error":${error}}`);
    this.client.session.countRefusal();
  }

  fail(code: ErrorCode, details?: unknown): void {
    this.error(errorText(code, details));
  }

  refuse(refusal: Refusal): void {
    this.error(refusalText(refusal));
  }

  /** A command's outcome: an error of the exchange is no misuse, and does not count as a refused frame. */
  outcome(outcome: Outcome, result: (outcome: Outcome) => string): void {
    if (outcome.error === null) {
      this.result(result(outcome));
      return;
    }
    this.client.inFlight -= 1;
    this.client.session.send(`{"id":${this.id},"error":${errorText(outcome.error)}}`);
  }
}
