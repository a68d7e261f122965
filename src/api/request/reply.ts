import type { Command } from '../../exchange/command.js';
import { ERROR_TABLE, type ErrorCode } from '../../exchange/error-code.js';
import type { Outcome } from '../../exchange/outcome.js';
import type { CommandDesk } from '../../gateway/charging/guarded-commands.js';
import { nativeEnvelope } from '../../gateway/http/envelope.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Refusal } from './order-faults.js';
import type { FieldErrors } from './validator.js';

/** A success. `body` is JSON text. */
export function reply(body: string): HttpReply {
  return { status: 200, body };
}

/** A failure of the table, with what a client needs to go on where there is such a thing. */
export function errorReply(code: ErrorCode, details?: unknown): HttpReply {
  const { status, message } = ERROR_TABLE[code];
  return { status, body: JSON.stringify({ statusCode: status, message, code, details }) };
}

/** A thing that does not exist for this caller, and has no code of its own. */
export function notFoundReply(thing: string): HttpReply {
  return { status: 404, body: nativeEnvelope(404, `${thing} not found`) };
}

/** Names every bad field of a request, and shows what was received. */
export function validationReply(errors: FieldErrors, receivedValue: unknown): HttpReply {
  const { status, message } = ERROR_TABLE.INVALID_REQUEST;
  return { status, body: JSON.stringify({ message, errors, receivedValue: receivedValue ?? null }) };
}

/** The answer to a request that never became a command. */
export function refusalReply({ error, errors }: Refusal, receivedValue: unknown): HttpReply {
  if (errors === undefined) return errorReply(error);
  return error === 'INVALID_REQUEST' ? validationReply(errors, receivedValue) : errorReply(error, { errors });
}

/**
 * Sends a command to the journal and answers once it was applied. The body is written in that very moment,
 * while the exchange stands exactly behind the command. `failure` answers for what the exchange refused.
 */
export function outcomeReply(
  desk: CommandDesk,
  command: Command,
  body: (outcome: Outcome) => string,
  failure: (error: ErrorCode, outcome: Outcome) => HttpReply = (error) => errorReply(error),
): Promise<HttpReply> {
  return new Promise((resolve) => {
    desk.submit(command, (outcome) => {
      resolve(outcome.error === null ? reply(body(outcome)) : failure(outcome.error, outcome));
    });
  });
}
