import { isOpenStatus, type OrderStatus } from '../exchange/orders/order.js';
import type { ArchivedEvent } from './archived-event.js';
import type { PrivateChannel } from './private-channel.js';

/** The events that lists are made of. They are counted in the archive, so that a list knows its length without being read. */
export const LISTED = ['closedOrders', 'filledOrders', 'fills'] as const;
export type Listed = (typeof LISTED)[number];
/** How many events there are for each list. */
export type ListedCounts = Readonly<Record<Listed, number>>;

const STATUS_FIELD = '"status":"';

/** The channel that tells the events of a list. */
export function channelOf(listed: Listed): PrivateChannel {
  return listed === 'fills' ? 'fills' : 'orders';
}

/** Whether an event belongs to a list: a closed order to that of its end, which is told once. */
export function isListed({ channel, data }: ArchivedEvent, listed: Listed): boolean {
  if (channel !== channelOf(listed)) return false;
  if (listed === 'fills') return true;
  const status = statusOf(data);
  return listed === 'filledOrders' ? status === 'FILLED' : !isOpenStatus(status);
}

export function countListed(events: readonly ArchivedEvent[]): ListedCounts {
  return countsFrom(LISTED.map((listed) => events.filter((event) => isListed(event, listed)).length));
}

/** Counts one more event; the status of an order, where it is known, saves reading its text. */
export function addListed(
  counts: Record<Listed, number>,
  channel: PrivateChannel,
  data: string,
  orderStatus?: OrderStatus,
): void {
  if (channel === 'fills') counts.fills += 1;
  if (channel !== 'orders') return;
  const status = orderStatus ?? statusOf(data);
  if (isOpenStatus(status)) return;
  counts.closedOrders += 1;
  if (status === 'FILLED') counts.filledOrders += 1;
}

/** Counts as Redis holds them. */
export function formatCounts(counts: ListedCounts): string {
  return LISTED.map((listed) => counts[listed]).join(' ');
}

export function parseCounts(text: string): ListedCounts {
  return countsFrom(text.split(' ').map(Number));
}

export const NOTHING_LISTED: ListedCounts = countsFrom([0, 0, 0]);

function countsFrom([closedOrders, filledOrders, fills]: readonly number[]): ListedCounts {
  return { closedOrders: closedOrders!, filledOrders: filledOrders!, fills: fills! };
}

/** The field is recognised by its text: quotes within a client's own texts are escaped. */
function statusOf(order: string): OrderStatus {
  const start = order.lastIndexOf(STATUS_FIELD) + STATUS_FIELD.length;
  return order.slice(start, order.indexOf('"', start)) as OrderStatus;
}
