import type { Command } from '../../exchange/command.js';
import { ERROR_TABLE, type ErrorCode } from '../../exchange/error-code.js';
import type { Outcome } from '../../exchange/outcome.js';
import type { CommandDesk } from '../../gateway/charging/guarded-commands.js';
import type { RequestStanding } from '../../gateway/charging/request-standing.js';
import type { OutcomeCallback } from '../../journal/sent-batch.js';
import type { Refusal } from '../request/order-faults.js';
import { outcomeRefusal } from '../request/order-refusals.js';
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

/** The error object of a request that was one too many, with what its client needs to go on. */
export function limitedText({ limit, remaining, resetTime }: RequestStanding): string {
  return errorText('RATE_LIMITED', { limit, remaining, resetTime });
}

/** The error object of a request that was refused before it became a command. */
export function refusalText({ error, errors }: Refusal): string {
  return errorText(error, errors === undefined ? undefined : { errors });
}

/** What no client that is in order asks: it counts toward 4003, while no refusal of the moment does. */
const MISUSE: ReadonlySet<ErrorCode> = new Set([
  'INVALID_JSON',
  'INVALID_REQUEST',
  'UNKNOWN_METHOD',
  'UNKNOWN_CHANNEL',
  'UNKNOWN_SYMBOL',
  'FORBIDDEN',
]);

/** Answers one request, once. */
export class Responder {
  constructor(
    private readonly client: Client,
    private readonly id: RequestId,
    /** Where the commands go that the request leads to. */
    public desk: CommandDesk,
  ) {
    client.inFlight += 1;
  }

  /** Sends a command that the request leads to; its outcome comes once, or not at all where `limited` is called. */
  submit(command: Command, onOutcome: OutcomeCallback): void {
    this.desk.submit(command, onOutcome);
  }

  /** The request was one too many. */
  limited(standing: RequestStanding): void {
    this.error(limitedText(standing));
  }

  /** `result` is JSON text. */
  result(result: string): void {
    this.client.inFlight -= 1;
    this.client.session.respond(`{"id":${this.id},"result":${result}}`);
  }

  fail(code: ErrorCode, details?: unknown): void {
    this.error(errorText(code, details));
    if (MISUSE.has(code)) this.client.session.countRefusal();
  }

  refuse(refusal: Refusal): void {
    this.error(refusalText(refusal));
    if (MISUSE.has(refusal.error)) this.client.session.countRefusal();
  }

  /**
   * A command's outcome: an error of the exchange is no misuse, and does not count as a refused frame. Where the
   * command is given, the error names the fields that are to blame.
   */
  outcome(outcome: Outcome, result: (outcome: Outcome) => string, command: Command | null = null): void {
    if (outcome.error === null) {
      this.result(result(outcome));
      return;
    }
    const refusal =
      command === null ? { error: outcome.error } : outcomeRefusal(command, outcome.error, outcome);
    this.error(refusalText(refusal));
  }

  /** `error` is JSON text. */
  private error(error: string): void {
    this.client.inFlight -= 1;
    this.client.session.respond(`{"id":${this.id},"error":${error}}`);
  }
}
