import { type Static, type TInteger, Type } from 'typebox';

/**
 * Every bound of a gateway and its journal, one row per environment variable: the default, the range in which
 * the server works, and what a client or an operator sees beyond it.
 *
 * Limits that decide what the exchange accepts (open orders of a portfolio, rate limits) are not here: they are
 * part of the replicated state, and the same in every process.
 */
function limit(initial: number, minimum: number, maximum: number, description: string): TInteger {
  return Type.Integer({ default: initial, minimum, maximum, description });
}

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What one request, frame or connection may be. */
const ADMISSION = {
  BODY_BYTES_MAX: limit(MIB, KIB, 64 * MIB, 'An HTTP body. A longer one is answered with 413.'),
  BODIES_BYTES_MAX: limit(
    64 * MIB,
    MIB,
    8 * 1024 * MIB,
    'HTTP bodies held by a gateway at once. More is answered with 503.',
  ),
  ADDRESS_BODIES_BYTES_MAX: limit(
    16 * MIB,
    MIB,
    8 * 1024 * MIB,
    'HTTP bodies held at once of one address. More is answered with 429.',
  ),
  FRAME_BYTES_MAX: limit(
    64 * KIB,
    KIB,
    16 * MIB,
    'A WebSocket frame. A longer one is refused with an error.',
  ),
  FRAME_READ_BYTES_MAX: limit(256 * KIB, 2 * KIB, 32 * MIB, 'A frame longer than this cuts its connection.'),
  JSON_DEPTH_MAX: limit(32, 8, 256, 'Nesting of JSON. Deeper is refused with INVALID_JSON, 400.'),
  PUBLIC_REQUESTS_MAX: limit(
    100,
    1,
    1_000_000,
    'Requests of an address in a minute to what needs no credential. One more is answered with 429.',
  ),
  UNAUTHENTICATED_REQUESTS_MAX: limit(
    50,
    1,
    1_000_000,
    'Requests of an address in a minute that lack the credential they need. One more is answered with 429.',
  ),
  SESSIONS_MAX: limit(50_000, 1, 1_000_000, 'Sessions of one gateway. One more is answered with 503.'),
  SESSIONS_PER_KEY_MAX: limit(
    1_000,
    1,
    1_000_000,
    'Sessions of a credential on one gateway. One more closes its oldest with 4009.',
  ),
  SESSIONS_PER_ADDRESS_MAX: limit(
    20_000,
    1,
    1_000_000,
    'Sessions of an address. One more is answered with 429.',
  ),
  HANDSHAKES_PER_ADDRESS_MAX: limit(
    60_000,
    1,
    10_000_000,
    'WebSocket handshakes of an address in a minute. One more is answered with 429.',
  ),
  FRAMES_PER_SECOND_MAX: limit(
    100_000,
    10,
    10_000_000,
    'Frames of one session in a second. The rest of that second’s are refused, which leads to 4003.',
  ),
  FRAMES_WAITING_BYTES_MAX: limit(64 * MIB, MIB, 8 * 1024 * MIB, 'Frames not handled yet. More: OVERLOADED.'),
  REQUESTS_IN_FLIGHT_MAX: limit(
    1_024,
    1,
    100_000,
    'Requests of one session without a response. One more is refused: OVERLOADED.',
  ),
  SUBSCRIPTIONS_MAX: limit(256, 6, 10_000, 'Channels of one session. One more is refused: INVALID_REQUEST.'),
  REFUSALS_MAX: limit(
    100,
    1,
    100_000,
    'Refused frames of a session within a window. That many close it: 4003.',
  ),
  REFUSAL_WINDOW_MS: limit(10_000, SECOND_MS, MINUTE_MS, 'The window in which refused frames are counted.'),
};

/** How much may wait inside a gateway. */
const WAITING = {
  COMMANDS_MAX: limit(20_000, 100, 10_000_000, 'Commands without an outcome. More are refused: OVERLOADED.'),
  CANCEL_RESERVE: limit(2_000, 1, 1_000_000, 'Cancels accepted on top of COMMANDS_MAX.'),
  BATCH_COMMANDS_MAX: limit(
    2_000,
    50,
    65_536,
    'Commands in a journal entry. The rest waits for the next one.',
  ),
  BATCH_BYTES_MAX: limit(
    MIB,
    64 * KIB,
    64 * MIB,
    'Size of a journal entry. The rest waits for the next one.',
  ),
  WAITING_BYTES_MAX: limit(
    4 * MIB,
    64 * KIB,
    256 * MIB,
    'Private events a slow reader has not taken. More closes its session with 4008; it can resume.',
  ),
  WAITING_TOTAL_BYTES_MAX: limit(
    256 * MIB,
    MIB,
    64 * 1024 * MIB,
    'Frames that wait for all slow readers of a gateway. More closes the sessions with most of them with 4008.',
  ),
  WAITING_MS_MAX: limit(
    10_000,
    SECOND_MS,
    10 * MINUTE_MS,
    'Age of the oldest private event a slow reader has not taken. Older closes its session with 4008.',
  ),
  PASSWORD_HASHES_MAX: limit(2, 1, 64, 'Passwords hashed at once. The others wait.'),
  PASSWORDS_WAITING_MAX: limit(
    64,
    1,
    10_000,
    'Passwords waiting to be hashed. One more is answered with 503.',
  ),
  PROVIDER_LOG_INS_MAX: limit(
    64,
    1,
    10_000,
    'Log-ins that wait for Google or GitHub. One more is answered with 503.',
  ),
  EVENT_BYTES_MAX: limit(
    256 * MIB,
    MIB,
    8 * 1024 * MIB,
    'Recent private events in memory. Beyond it the oldest are dropped, and read from the archive instead.',
  ),
  HISTORY_EVENTS_READ_MAX: limit(
    20_000,
    1_000,
    10_000_000,
    'Archived events that one list or look-up reads. What is older is not found by it.',
  ),
  ARCHIVE_EVENTS_MAX: limit(
    1_000_000,
    10_000,
    1_000_000_000,
    'Private events archived of a portfolio, about. Older ones are forgotten, even within 24 hours.',
  ),
  ARCHIVE_BYTES_MAX: limit(
    2 * 1024 * MIB,
    MIB,
    1024 * 1024 * MIB,
    'The archive of all private events, packed, about. Beyond it who has news keeps the last 10,000 only.',
  ),
  ARCHIVE_LASTING_MAX: limit(
    20_000,
    500,
    1_000_000,
    'Funding payments, or liquidations, archived of a portfolio, about. Older ones are forgotten.',
  ),
};

/** What one address, or one account, may try. All but mails are counted over 15 minutes. */
const ABUSE = {
  LOG_IN_FAILURES_MAX: limit(
    10,
    1,
    10_000,
    'Failed log-ins of one account from one address. After them 429, for the right password too.',
  ),
  ACCOUNT_FAILURES_MAX: limit(
    200,
    1,
    1_000_000,
    'Failed log-ins of one account from all addresses. After them 429.',
  ),
  ADDRESS_FAILURES_MAX: limit(
    300,
    1,
    1_000_000,
    'Failed log-ins of all accounts from one address. After them 429.',
  ),
  SIGN_UPS_MAX: limit(
    200,
    1,
    1_000_000,
    'Sign-ups, and log-ins by Google or GitHub, from one address. More are answered with 429.',
  ),
  PROOFS_MAX: limit(
    200,
    1,
    1_000_000,
    'Requests from one address about lost passwords and verification. More are answered with 429.',
  ),
  REFRESHES_MAX: limit(
    2_000,
    1,
    1_000_000,
    'Refreshes of a log-in from one address. More are answered with 429.',
  ),
  MAILS_MAX: limit(3, 1, 1_000, 'Mails to one address in an hour. More are not sent, and nobody is told.'),
  MAILS_FROM_ADDRESS_MAX: limit(
    100,
    1,
    1_000_000,
    'Mails in an hour that requests from one address lead to. More are not sent, and nobody is told.',
  ),
  MAILS_WAITING_MAX: limit(
    1_000,
    1,
    100_000,
    'Mails of one gateway that are not sent yet. More are not sent, and logged.',
  ),
};

/** How long something may take. */
const PATIENCE = {
  HANDLER_TIMEOUT_MS: limit(
    15_000,
    100,
    10 * MINUTE_MS,
    'A REST request. A longer one is answered with 504.',
  ),
  // uWebSockets.js cuts after 8 to 12 seconds who sends less than 16 kB a second: before that the answer leaves.
  BODY_TIMEOUT_MS: limit(
    7_000,
    100,
    10 * MINUTE_MS,
    'From the head of a request to the end of its body. Longer is answered with 408.',
  ),
  UPGRADE_TIMEOUT_MS: limit(
    5_000,
    100,
    MINUTE_MS,
    'Authenticating a WebSocket. Longer is answered with 503.',
  ),
  // A log-in asks a provider three times at the most, which must fit into HANDLER_TIMEOUT_MS.
  PROVIDER_TIMEOUT_MS: limit(
    4_000,
    100,
    MINUTE_MS,
    'A request to Google or GitHub. Longer is answered with 502.',
  ),
  HEARTBEAT_MS: limit(30_000, SECOND_MS, 8 * MINUTE_MS, 'Between two pings of a session.'),
  FAREWELL_MS: limit(MINUTE_MS, SECOND_MS, 10 * MINUTE_MS, 'Keeping 4008 for a slow reader. Then it is cut.'),
  // uWebSockets.js ends the process outside 8 to 960 seconds.
  IDLE_TIMEOUT_MS: limit(90_000, 8_000, 960_000, 'Silence of a client, pongs included. Longer cuts it.'),
  GUARDED_PING_MS: limit(
    5 * SECOND_MS,
    250,
    MINUTE_MS,
    'Between two pings of a session with cancel-on-disconnect.',
  ),
  GUARDED_SILENCE_MS: limit(
    15 * SECOND_MS,
    SECOND_MS,
    10 * MINUTE_MS,
    'Silence of a session with cancel-on-disconnect. Longer cuts it; half of IDLE_TIMEOUT_MS does, too.',
  ),
  DRAIN_TIMEOUT_MS: limit(10_000, 0, 10 * MINUTE_MS, 'From SIGTERM until what is still open is cut.'),
  STUCK_AFTER_MS: limit(
    1_000,
    100,
    MINUTE_MS,
    'An append in trouble. Longer refuses new orders: UNAVAILABLE.',
  ),
  OUTCOME_TIMEOUT_MS: limit(
    10_000,
    100,
    10 * MINUTE_MS,
    'Waiting for an outcome. Longer is UNKNOWN_OUTCOME.',
  ),
  ARCHIVE_WAIT_MS: limit(
    10_000,
    100,
    MINUTE_MS,
    'Waiting for old events that are not archived yet. Longer is RESUME_UNAVAILABLE, or a close with 1012.',
  ),
  SNAPSHOT_INTERVAL_MS: limit(10 * MINUTE_MS, SECOND_MS, DAY_MS, 'Between two snapshots of the exchange.'),
};

export const LIMITS = Type.Object({ ...ADMISSION, ...WAITING, ...ABUSE, ...PATIENCE });

/** The limits under the names of their variables, as the schema types them. */
export type LimitSettings = Static<typeof LIMITS>;
