import type { OrderId } from '../units.js';

/**
 * Orders are known outside by a UUID (version 8, RFC 9562) that spells their number: 48 bits of the venue's
 * tag, then the number. So no table of ids is needed, and an id of another venue is never taken for one of ours.
 */
const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-8000-8[0-9a-f]{3}-[0-9a-f]{12}$/;
const LENGTH = 36;
const LOW_RANGE = 2 ** 48;

/** The tag of a venue that began with this epoch. */
export function venueTag(epoch: string): string {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let index = 0; index < epoch.length; index++) {
    low = Math.imul(low ^ epoch.charCodeAt(index), 0x01000193);
    high = Math.imul(high ^ low, 0x85ebca6b);
  }
  return hex(low >>> 0, 8) + hex(high >>> 16, 4);
}

export function orderUuid(tag: string, id: OrderId): string {
  const high = Math.floor(id / LOW_RANGE);
  const low = id - high * LOW_RANGE;
  const group = high === 0 ? '000' : hex(high, 3);
  return `${tag.slice(0, 8)}-${tag.slice(8)}-8000-8${group}-${hex(low, 12)}`;
}

/** The number that a UUID spells, or null when it is none of this venue's. */
export function orderIdOf(tag: string, uuid: string): OrderId | null {
  const text = uuid.toLowerCase();
  if (text.length !== LENGTH || !text.startsWith(tag.slice(0, 8)) || !SHAPE.test(text)) return null;
  if (text.slice(9, 13) !== tag.slice(8)) return null;
  const id = Number(`0x${text.slice(20, 23)}`) * LOW_RANGE + Number(`0x${text.slice(24)}`);
  return Number.isSafeInteger(id) && id > 0 ? (id as OrderId) : null;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
