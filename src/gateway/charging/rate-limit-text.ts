import { ERROR_TABLE } from '../../exchange/error-code.js';
import type { HttpReply } from '../http/http.js';
import type { RequestStanding } from './request-standing.js';

/** A standing as JSON text, in the native words. */
export function standingText({ limit, remaining, resetTime }: RequestStanding): string {
  return JSON.stringify({ limit, remaining, resetTime });
}

/** The native body of a request that was one too many. */
export function tooManyText({ limit, remaining, resetTime }: RequestStanding): string {
  const { status: statusCode, message } = ERROR_TABLE.RATE_LIMITED;
  return JSON.stringify({ statusCode, message, limit, remaining, resetTime });
}

/**
 * The headers that tell a client how it stands; none for those without a limit. `Reset` is in seconds from now, or,
 * where `epochS` is given, the second of the epoch that it stands for.
 */
export function standingHeaders(standing: RequestStanding, epochS = 0): NonNullable<HttpReply['headers']> {
  const { limit, remaining, resetTime, isRefused } = standing;
  if (limit === null) return {};
  return {
    'x-ratelimit-limit': `${limit}`,
    'x-ratelimit-remaining': `${remaining}`,
    'x-ratelimit-reset': `${epochS + resetTime!}`,
    ...(isRefused ? { 'retry-after': `${resetTime}` } : {}),
  };
}
