import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the provider's clock and ours may be apart; what is older may have been overheard. */
const TOLERANCE_S = 5 * 60;
const SIGNATURE = /^[0-9a-f]{64}$/;
/** A provider that changes its secret signs with both for a while. */
const PARTS_MAX = 8;

export type SignatureFault = 'INVALID' | 'OUTDATED';

/**
 * Checks the header `t=<seconds>,v1=<hex>` of a notice: the HMAC-SHA256 of `t`, a dot and the body as it was sent.
 * `realTimeMs` is not the exchange's clock, since the provider knows nothing of that. Null when all is well.
 */
export function signatureFault(
  secret: string,
  header: string,
  body: string,
  realTimeMs: number,
): SignatureFault | null {
  const parts = header.split(',', PARTS_MAX).map((part) => part.trim());
  const timestamp = parts.find((part) => /^t=\d{1,12}$/.test(part))?.slice('t='.length);
  if (timestamp === undefined) return 'INVALID';
  const expected = signatureOf(secret, timestamp, body);
  const isSigned = parts
    .filter((part) => part.startsWith('v1='))
    .map((part) => part.slice('v1='.length))
    .some(
      (signature) => SIGNATURE.test(signature) && timingSafeEqual(Buffer.from(signature, 'hex'), expected),
    );
  if (!isSigned) return 'INVALID';
  return Math.abs(realTimeMs / 1_000 - Number(timestamp)) > TOLERANCE_S ? 'OUTDATED' : null;
}

function signatureOf(secret: string, timestamp: string, body: string): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest();
}
