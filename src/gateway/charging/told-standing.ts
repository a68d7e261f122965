import { ERROR_TABLE } from '../../exchange/error-code.js';
import type { ErrorManner } from '../http/envelope.js';
import type { HttpReply } from '../http/http.js';
import { standingHeaders } from './rate-limit-text.js';
import type { RequestStanding } from './request-standing.js';

/** What a caller is told of how it stands: beside an answer, and instead of one that was one too many. */
export function toldStanding(
  standing: RequestStanding,
  { envelope, tooMany, isResetInEpoch }: ErrorManner,
  nowS: number,
): { readonly headers: NonNullable<HttpReply['headers']>; readonly refusal: HttpReply | null } {
  const headers = standingHeaders(standing, isResetInEpoch === true ? nowS : 0);
  if (!standing.isRefused) return { headers, refusal: null };
  const { status, message } = ERROR_TABLE.RATE_LIMITED;
  const body = tooMany?.(standing) ?? envelope(status, message, 'RATE_LIMITED');
  return { headers, refusal: { status, body, headers } };
}
