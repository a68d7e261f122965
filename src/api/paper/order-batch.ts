import { ERROR_TABLE, type ErrorCode } from '../../exchange/error-code.js';
import type { CommandDesk } from '../../gateway/charging/guarded-commands.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/credentials/principal.js';
import type { Refusal } from '../request/order-faults.js';
import { isRefusal } from '../request/order-intake.js';
import { outcomeRefusal } from '../request/order-refusals.js';
import { BATCH_ORDERS_MAX } from '../request/order-schema.js';
import { errorReply, reply, validationReply } from '../request/reply.js';
import { answerWriter, paperPlaceCommand } from './order-request.js';

const NOT_A_BATCH = { orders: [`the body must be a list of 1 to ${BATCH_ORDERS_MAX} orders`] };

/** What became of one order of a batch: its JSON text, or why it was not placed. */
type Result = { readonly order: string } | Refusal;

/** What ends trading altogether, whatever the order. */
const ENDINGS: readonly ErrorCode[] = ['TRIAL_EXPIRED', 'SUBSCRIPTION_EXPIRED'];

/** How many requests a batch counts as. */
export function batchCost(body: unknown): number {
  return Array.isArray(body) ? Math.min(Math.max(1, body.length), BATCH_ORDERS_MAX) : 1;
}

/**
 * Places each order for itself: one that is refused does not stop the others. All of them travel in one turn,
 * and the answer comes when the last one is settled; both of its lists keep the order of the request. Whoever may not
 * trade any more is refused as with a single order.
 */
export async function placeBatch(
  venue: Venue,
  desk: CommandDesk,
  body: unknown,
  principal: Principal,
): Promise<HttpReply> {
  if (!Array.isArray(body) || body.length === 0 || body.length > BATCH_ORDERS_MAX) {
    return validationReply(NOT_A_BATCH, body);
  }
  const results = await Promise.all(body.map((order) => placeOne(venue, desk, principal, order)));
  const ending = ENDINGS.find((code) =>
    results.every((result) => isRefusal(result) && result.error === code),
  );
  if (ending !== undefined) return errorReply(ending);
  const orders = results.flatMap((result) => (isRefusal(result) ? [] : [result.order]));
  const errors = results.flatMap((result, index) => (isRefusal(result) ? [errorText(index, result)] : []));
  return reply(`{"orders":[${orders.join(',')}],"errors":[${errors.join(',')}]}`);
}

function placeOne(venue: Venue, desk: CommandDesk, principal: Principal, body: unknown): Promise<Result> {
  const command = paperPlaceCommand(venue.exchange, principal, body);
  if (isRefusal(command)) return Promise.resolve(command);
  const answer = answerWriter(venue.exchange, command);
  return new Promise((resolve) => {
    desk.submit(command, (outcome) => {
      const { error, order } = outcome;
      if (error !== null) resolve(outcomeRefusal(command, error, outcome));
      else resolve({ order: answer(venue.exchange, order!, principal.userId) });
    });
  });
}

function errorText(index: number, { error, errors }: Refusal): string {
  return JSON.stringify({ index, message: ERROR_TABLE[error].message, code: error, errors });
}
