import type { HttpResponse } from 'uWebSockets.js';
import type { BodyRoom } from './body-room.js';

/** Why a body was not taken. `ADDRESS_FULL`: too much of others from the same address is under way. */
export type BodyFault = 'TOO_LONG' | 'TOO_SLOW' | 'FULL' | 'ADDRESS_FULL';

/** What a body may be: its length, and the time from the head of its request to its end. */
export interface BodyTerms {
  readonly bodyBytesMax: number;
  readonly bodyTimeoutMs: number;
}

/**
 * Collects a request's body, and reports it once: the bytes, or why they are not taken, as soon as that is known.
 * What follows is read and thrown away, so that a client which writes everything before it reads still gets to see
 * the answer. Must be called in the turn of the request, or bytes are lost.
 *
 * What it returns ends the wait for a body whose client has left.
 */
export function collectBody(
  res: HttpResponse,
  { bodyBytesMax, bodyTimeoutMs }: BodyTerms,
  room: BodyRoom,
  onBody: (body: Buffer | BodyFault) => void,
): () => void {
  let buffer: Buffer = Buffer.alloc(0);
  let bytes = 0;
  let isReported = false;
  const report = (body: Buffer | BodyFault) => {
    if (isReported) return;
    isReported = true;
    clearTimeout(deadline);
    buffer = Buffer.alloc(0);
    onBody(body);
  };
  const deadline = setTimeout(() => report('TOO_SLOW'), bodyTimeoutMs);
  res.onData((chunk, isLast) => {
    if (isReported) return;
    const { byteLength } = chunk;
    if (bytes + byteLength > bodyBytesMax) return report('TOO_LONG');
    const fault = room.take(byteLength);
    if (fault !== null) return report(fault);
    // One buffer for all: a client may send a byte at a time, and each piece kept would take far more than that.
    if (bytes + byteLength > buffer.length) buffer = grown(buffer, bytes, byteLength, bodyBytesMax);
    // The chunk's memory is the server's, and is taken back when this function returns.
    buffer.set(new Uint8Array(chunk), bytes);
    bytes += byteLength;
    if (isLast) report(buffer.subarray(0, bytes));
  });
  return () => {
    isReported = true;
    clearTimeout(deadline);
    buffer = Buffer.alloc(0);
  };
}

/** A buffer with the bytes so far, room for more, and for as much again: of a body in one piece, just that. */
function grown(buffer: Buffer, bytes: number, more: number, bytesMax: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.min(bytesMax, Math.max(bytes + more, bytes * 2)));
  buffer.copy(larger, 0, 0, bytes);
  return larger;
}
