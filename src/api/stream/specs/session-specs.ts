import { Type } from 'typebox';
import { GRACE_MAX_MS } from '../../../exchange/clients/disconnect-guard.js';
import { DEADMAN_MAX_MS, DEADMAN_MIN_MS } from '../../../exchange/orders/deadman.js';
import { instant, orNull } from '../../request/answer-schema.js';
import { flag, wholeNumber } from '../../request/fields.js';
import { RATE_LIMIT } from './error.js';
import type { MethodSpec } from './method-spec.js';

const CHANNELS_IN_REQUEST_MAX = 256;

const NOTHING = Type.Object({}, { additionalProperties: false });

const channelNames = Type.Array(Type.String({ maxLength: 64 }), {
  minItems: 1,
  maxItems: CHANNELS_IN_REQUEST_MAX,
  fault: `channels must be a list of 1 to ${CHANNELS_IN_REQUEST_MAX} channel names`,
});

const SUBSCRIBE = Type.Object(
  {
    channels: channelNames,
    since: Type.Optional(
      Type.Object(
        {
          epoch: Type.String({ maxLength: 64, fault: 'since.epoch must be the epoch of the hello frame' }),
          seq: Type.Integer({
            minimum: 0,
            maximum: Number.MAX_SAFE_INTEGER,
            fault: 'since.seq must be the seq of the last event that was received',
          }),
        },
        { additionalProperties: false, fault: 'since must be {epoch, seq}' },
      ),
    ),
  },
  { additionalProperties: false },
);

const UNSUBSCRIBE = Type.Object({ channels: channelNames }, { additionalProperties: false });

const CHANNELS = Type.Object({ channels: Type.Array(Type.String()) });

const CANCEL_ON_DISCONNECT = Type.Object(
  {
    enabled: flag('enabled'),
    graceMs: Type.Optional(wholeNumber('graceMs', 0, GRACE_MAX_MS)),
  },
  { additionalProperties: false },
);

/** What is said of a time that the dead man's switch cannot be set to. */
export const DEADMAN_FAULT = `timeoutMs must be 0 or a whole number from ${DEADMAN_MIN_MS} to ${DEADMAN_MAX_MS}`;

const DEADMAN = Type.Object(
  { timeoutMs: Type.Integer({ minimum: 0, maximum: DEADMAN_MAX_MS, fault: DEADMAN_FAULT }) },
  { additionalProperties: false },
);

/** The methods about the session itself. */
export const SESSION_SPECS = {
  ping: {
    scope: null,
    summary: 'The time of the exchange; costs nothing',
    params: NOTHING,
    result: Type.Object({ serverTime: instant }),
    example: {},
  },
  'limit.get': {
    scope: null,
    summary: 'How the key stands with its rate limit; costs nothing',
    params: NOTHING,
    result: RATE_LIMIT,
    example: {},
  },
  'session.subscribe': {
    scope: 'read',
    summary: 'Begins channels: with their present state, or private ones with all that came after a position',
    params: SUBSCRIBE,
    result: CHANNELS,
    example: { channels: ['private', 'book:BTC', 'candles:BTC:1m'] },
  },
  'session.unsubscribe': {
    scope: null,
    summary: 'Ends channels',
    params: UNSUBSCRIBE,
    result: CHANNELS,
    example: { channels: ['book:BTC'] },
  },
  'session.cancelOnDisconnect': {
    scope: 'trade',
    summary: 'Has the open orders cancelled when this session has ended',
    params: CANCEL_ON_DISCONNECT,
    result: Type.Object({ enabled: Type.Boolean(), graceMs: Type.Integer() }),
    example: { enabled: true, graceMs: 5_000 },
  },
  'session.deadman': {
    scope: 'trade',
    summary: 'Has the open orders cancelled unless it is sent again in time; 0 calls it off',
    params: DEADMAN,
    result: Type.Object({ expiresAt: orNull(instant) }),
    example: { timeoutMs: 30_000 },
  },
} as const satisfies Readonly<Record<string, MethodSpec>>;
