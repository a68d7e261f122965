import type { HttpResponse } from 'uWebSockets.js';

/**
 * Collects a request's body, and reports it once: the bytes, or null as soon as there are more than
 * `bytesMax`. What follows is read and thrown away, so that a client which writes everything before it
 * reads still gets to see the answer. Must be called in the turn of the request, or bytes are lost.
 */
export function collectBody(
  res: HttpResponse,
  bytesMax: number,
  onBody: (body: Buffer | null) => void,
): void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let isReported = false;
  res.onData((chunk, isLast) => {
    if (isReported) return;
    bytes += chunk.byteLength;
    if (bytes > bytesMax) {
      isReported = true;
      chunks = [];
      onBody(null);
      return;
    }
    // The chunk's memory is the server's, and is taken back when this function returns.
    if (chunk.byteLength > 0) chunks.push(Buffer.from(chunk.slice(0)));
    if (!isLast) return;
    isReported = true;
    onBody(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
  });
}
