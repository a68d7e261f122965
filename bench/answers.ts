const C = 'c'.charCodeAt(0);
const R = 'r'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);
const ID_PREFIX = Buffer.from('{"id":');
const ORDER_ID_PREFIX = Buffer.from('"orderId":"');
const UUID_LENGTH = 36;

/**
 * The request a message answers: its id when it brings a result, the negated id when it brings an error, 0 when
 * the message is no answer. Answers that begin with a numeric id are read without parsing them as JSON, because
 * the load generator shares its machine with the server.
 */
export function answeredId(bytes: Buffer, start: number, end: number): number {
  if (bytes[start + 2] === C) return 0;
  let at = start + ID_PREFIX.length;
  if (bytes.compare(ID_PREFIX, 0, ID_PREFIX.length, start, at) !== 0) return parsedId(bytes, start, end);
  let id = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) break;
    id = id * 10 + digit;
  }
  if (id === 0) return parsedId(bytes, start, end);
  return bytes[at + 2] === R ? id : -id;
}

/** The first order id in an answer. */
export function orderIdIn(bytes: Buffer, start: number, end: number): string {
  const at = bytes.indexOf(ORDER_ID_PREFIX, start) + ORDER_ID_PREFIX.length;
  if (at < start + ORDER_ID_PREFIX.length || at + UUID_LENGTH > end) {
    throw new Error(`the answer holds no order id: ${bytes.toString('utf8', start, end)}`);
  }
  return bytes.toString('latin1', at, at + UUID_LENGTH);
}

function parsedId(bytes: Buffer, start: number, end: number): number {
  const message = JSON.parse(bytes.toString('utf8', start, end)) as { id?: unknown; result?: unknown };
  if (typeof message.id !== 'number') return 0;
  return message.result === undefined ? -message.id : message.id;
}
