import type { Account } from '../../exchange/account.js';
import { CLOSED_ORDER_RETENTION_MS } from '../../exchange/closed-orders.js';
import type { Exchange } from '../../exchange/exchange.js';
import { orderIdOf } from '../../exchange/order-uuid.js';
import type { Millis } from '../../exchange/units.js';
import type { PastEvents } from '../../gateway/channels/past-events.js';
import type { OrderReference } from './order-schema.js';

/**
 * Orders that the exchange has forgotten, found among the events that told of them. The last that was told of an order
 * is how it ended. A field of an event is recognised by its text: quotes within a client's own texts are escaped.
 */

/** What is asked for of the orders that ended in a status. */
export interface PastOrderQuery {
  readonly status: string;
  readonly symbol: string | undefined;
  readonly limit: number;
}

/** An order as it ended, as JSON text; undefined when none is found, null when the archive cannot be read now. */
export async function pastOrderOf(
  exchange: Exchange,
  past: PastEvents,
  account: Account,
  { orderId, clientOrderId }: OrderReference,
): Promise<string | undefined | null> {
  if (orderId !== undefined && orderIdOf(exchange.state.venueTag, orderId) === null) return undefined;
  const field =
    orderId === undefined
      ? `"clientOrderId":${JSON.stringify(clientOrderId)}`
      : `"orderId":${JSON.stringify(orderId.toLowerCase())}`;
  const found = await past.find(account, {
    channel: 'orders',
    isWanted: (data) => data.includes(field),
    limit: 1,
    until: forgottenUntil(exchange),
  });
  return found === null ? null : found[0]?.data;
}

/** Orders that ended in a status, as JSON text, the last to end first; null when the archive cannot be read now. */
export async function pastOrdersOf(
  exchange: Exchange,
  past: PastEvents,
  account: Account,
  { status, symbol, limit }: PastOrderQuery,
): Promise<readonly string[] | null> {
  const fields = [`"status":"${status}"`];
  if (symbol !== undefined) fields.push(`"symbol":${JSON.stringify(symbol)}`);
  const found = await past.find(account, {
    channel: 'orders',
    isWanted: (data) => fields.every((field) => data.includes(field)),
    limit,
    until: forgottenUntil(exchange),
  });
  return found === null ? null : found.map(({ data }) => data);
}

/** What closed later the exchange knows itself. */
function forgottenUntil({ time }: Exchange): Millis {
  return (time - CLOSED_ORDER_RETENTION_MS) as Millis;
}
