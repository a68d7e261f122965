import { type Static, type TInteger, Type } from 'typebox';

/**
 * Every bound of a gateway and its journal, one row per environment variable: unit last in the name, then
 * the default, the range in which the server works, and what a client or an operator sees at the limit.
 *
 * Limits that decide what the exchange accepts (open orders of a portfolio, rate limits) are not here: they
 * are part of the replicated state, and must be the same in every process.
 */
function limit(initial: number, minimum: number, maximum: number, description: string): TInteger {
  return Type.Integer({ default: initial, minimum, maximum, description });
}

const KIB = 1024;
const MIB = 1024 * KIB;
const MINUTE_MS = 60_000;

export const LIMITS = Type.Object({
  MAX_FRAME_BYTES: limit(
    64 * KIB,
    KIB,
    16 * MIB,
    'One WebSocket frame in. A longer one ends its connection.',
  ),
  MAX_BODY_BYTES: limit(MIB, KIB, 64 * MIB, 'One HTTP body in. A longer one is answered with 413.'),
  MAX_JSON_DEPTH: limit(32, 8, 256, 'Nesting of JSON in. Deeper is refused with INVALID_JSON, 400.'),

  MAX_CONNECTIONS: limit(50_000, 1, 1_000_000, 'WebSockets of one gateway. One more is answered with 503.'),
  MAX_CONNECTIONS_PER_ADDRESS: limit(
    10_000,
    1,
    1_000_000,
    'WebSockets from one client address (IPv6: one /64). One more is answered with 429.',
  ),
  MAX_CONNECTIONS_PER_KEY: limit(
    1_000,
    1,
    1_000_000,
    'WebSockets of one credential. One more replaces the oldest, which is closed with 4009.',
  ),
  MAX_SUBSCRIPTIONS_PER_SESSION: limit(
    256,
    6,
    10_000,
    'Channels of one session. One more is refused with INVALID_REQUEST.',
  ),
  MAX_REQUESTS_IN_FLIGHT: limit(
    1_024,
    1,
    100_000,
    'Requests of one session without a response. One more is refused with OVERLOADED.',
  ),
  MAX_INVALID_FRAMES: limit(
    100,
    1,
    100_000,
    'Invalid or refused frames of one session within 10 seconds. One more closes it with 4003.',
  ),

  MAX_PENDING_COMMANDS: limit(
    50_000,
    100,
    10_000_000,
    'Commands of one gateway not read back yet. More are refused with OVERLOADED, cancels excepted.',
  ),
  MAX_PENDING_CANCELS: limit(
    10_000,
    100,
    10_000_000,
    'Cancels accepted on top of MAX_PENDING_COMMANDS. More are refused with OVERLOADED.',
  ),
  MAX_BATCH_COMMANDS: limit(4_096, 50, 65_536, 'Commands of one journal entry. The rest waits for the next.'),
  MAX_BATCH_BYTES: limit(MIB, 64 * KIB, 64 * MIB, 'Size of one journal entry. The rest waits for the next.'),

  MAX_BOOK_BACKLOG_BYTES: limit(
    MIB,
    64 * KIB,
    64 * MIB,
    'Public frames waiting for a slow reader. It gets none until it caught up, then one snapshot.',
  ),
  MAX_PRIVATE_BACKLOG_BYTES: limit(
    4 * MIB,
    64 * KIB,
    256 * MIB,
    'Private events waiting for a slow reader. More closes its session with 4008; it can resume.',
  ),
  MAX_PRIVATE_BACKLOG_MS: limit(
    10_000,
    1_000,
    10 * MINUTE_MS,
    'Age of the oldest private event waiting for a slow reader. Older closes its session with 4008.',
  ),
  KEPT_EVENTS_PER_PORTFOLIO: limit(
    10_000,
    10_000,
    10_000_000,
    'Private events kept for resuming, and all of the last 24 hours. Older answers RESUME_UNAVAILABLE.',
  ),

  // uWebSockets.js ends the process at an idle timeout outside 8 to 960 seconds; the heartbeat has to be shorter.
  IDLE_TIMEOUT_SECONDS: limit(
    120,
    8,
    960,
    'Silence of a client, pongs included. Longer closes its connection.',
  ),
  HEARTBEAT_MS: limit(30_000, 1_000, 8 * MINUTE_MS, 'Between two heartbeats and pings of a session.'),
  AUTHENTICATION_TIMEOUT_MS: limit(5_000, 100, MINUTE_MS, 'Looking up a credential. Longer answers 503.'),
  DRAIN_TIMEOUT_MS: limit(
    10_000,
    0,
    10 * MINUTE_MS,
    'From SIGTERM until sessions still open are cut; requests in flight are answered within it.',
  ),

  JOURNAL_TIMEOUT_MS: limit(
    2_000,
    100,
    MINUTE_MS,
    'Redis without an answer. Longer turns /ready red, and new orders are refused with UNAVAILABLE.',
  ),
  REDIS_TIMEOUT_MS: limit(
    1_000,
    50,
    MINUTE_MS,
    'One Redis command outside the journal. Longer fails the request with UNAVAILABLE.',
  ),
  SNAPSHOT_INTERVAL_MS: limit(
    MINUTE_MS,
    1_000,
    24 * 60 * MINUTE_MS,
    'Between two snapshots of the exchange. A restart replays the journal since the newest one.',
  ),
});

/** The limits under the names of their variables, as the schema types them. */
export type LimitSettings = Static<typeof LIMITS>;
