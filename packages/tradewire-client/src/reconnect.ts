import type { SocketEnd } from './socket.js';

const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 10_000;
/** A server that stops tells all its clients at once: so far apart they come back where it does not say how far. */
const RESTART_SPREAD_MS = 1_000;
/** After too many bad frames the server counts them for 10 seconds; coming back sooner would not help. */
const MISUSE_PAUSE_MS = 10_000;

const LEAVING = 1001;
const RESTARTING = 1012;
const CREDENTIAL_REVOKED = 4001;
const TOO_MANY_REFUSED_FRAMES = 4003;
const TOO_SLOW = 4008;
/** A newer session of the key has taken the place of this one: to come back would only replace another. */
const REPLACED = 4009;

/** The statuses of HTTP that may be others soon, among those which say that the request itself is to blame. */
const PASSING_REFUSALS: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * The pause before an attempt: exponential with full jitter, so that clients which lost their server together
 * do not come back together. `attempt` counts from 0; `random` is from 0 to below 1.
 */
export function backoffMs(attempt: number, random: number): number {
  return random * Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** attempt);
}

/** Whether the server will never have this client, as long as it comes with the same key. */
export function isFinal({ code, refusal }: SocketEnd): boolean {
  if (refusal === null) return code === CREDENTIAL_REVOKED || code === REPLACED;
  const { status } = refusal;
  return status >= 400 && status < 500 && !PASSING_REFUSALS.has(status);
}

/**
 * How long to stay away after a connection that was not the last: at once after a planned end or one that only a
 * resume can follow, unless that went wrong before. `noticeMs` is what the server said in its shutdown notice.
 */
export function reconnectDelayMs(
  { code, refusal }: SocketEnd,
  attempt: number,
  random: number,
  noticeMs: number | null,
): number {
  const backoff = backoffMs(attempt, random);
  if (refusal !== null) return (refusal.retryAfterMs ?? 0) + backoff;
  if (code === TOO_MANY_REFUSED_FRAMES) return MISUSE_PAUSE_MS + backoff;
  if (attempt > 0) return backoff;
  if (noticeMs !== null) return noticeMs;
  if (code === RESTARTING || code === LEAVING) return random * RESTART_SPREAD_MS;
  return code === TOO_SLOW ? 0 : backoff;
}
