import { ERROR_TABLE } from '../../exchange/error-code.js';
import type { HttpReply } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/principal.js';
import type { Refusal } from '../request/order-faults.js';
import { isRefusal } from '../request/order-intake.js';
import { outcomeRefusal } from '../request/order-refusals.js';
import { BATCH_ORDERS_MAX } from '../request/order-schema.js';
import { reply, validationReply } from '../request/reply.js';
import { answerWriter, paperPlaceCommand } from './order-request.js';

const NOT_A_BATCH = { orders: [`the body must be a list of 1 to ${BATCH_ORDERS_MAX} orders`] };

/** One order of a batch as JSON text, placed or not. */
type Result = { readonly order: string } | { readonly error: string };

/** How many requests a batch counts as. */
export function batchCost(body: unknown): number {
  return Array.isArray(body) ? Math.min(Math.max(1, body.length), BATCH_ORDERS_MAX) : 1;
}

/**
 * Places each order for itself: one that is refused does not stop the others. All of them travel in one turn,
 * and the answer comes when the last one is settled; both of its lists keep the order of the request.
 */
export async function placeBatch(venue: Venue, body: unknown, principal: Principal): Promise<HttpReply> {
  if (!Array.isArray(body) || body.length === 0 || body.length > BATCH_ORDERS_MAX) {
    return validationReply(NOT_A_BATCH, body);
  }
  const results = await Promise.all(body.map((order, index) => placeOne(venue, principal, order, index)));
  const orders = results.flatMap((result) => ('order' in result ? [result.order] : []));
  const errors = results.flatMap((result) => ('error' in result ? [result.error] : []));
  return reply(`{"orders":[${orders.join(',')}],"errors":[${errors.join(',')}]}`);
}

function placeOne(venue: Venue, principal: Principal, body: unknown, index: number): Promise<Result> {
  const command = paperPlaceCommand(venue.exchange, principal, body);
  if (isRefusal(command)) return Promise.resolve({ error: errorText(index, command) });
  const answer = answerWriter(venue.exchange, command);
  return new Promise((resolve) => {
    venue.submit(command, (outcome) => {
      const { error, order } = outcome;
      if (error !== null) resolve({ error: errorText(index, outcomeRefusal(command, error, outcome)) });
      else resolve({ order: answer(venue.exchange, order!, principal.userId) });
    });
  });
}

function errorText(index: number, { error, errors }: Refusal): string {
  return JSON.stringify({ index, message: ERROR_TABLE[error].message, code: error, errors });
}
