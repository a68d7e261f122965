import { Type } from 'typebox';
import {
  DEADMAN_FIRINGS_MAX,
  DEADMAN_MAX_MS,
  DEADMAN_MIN_MS,
  nextDeadmanDay,
} from '../../exchange/deadman.js';
import { GRACE_MAX_MS, GUARDED_SESSIONS_MAX } from '../../exchange/disconnect-guard.js';
import type { Outcome } from '../../exchange/outcome.js';
import { standingText } from '../../gateway/rate-limit-text.js';
import type { RequestLimits } from '../../gateway/request-limits.js';
import type { Venue } from '../../gateway/venue.js';
import { flag, wholeNumber } from '../request/fields.js';
import type { DisconnectGuards } from './disconnect-guards.js';
import { type MethodTable, method } from './method.js';

const GRACE_DEFAULT_MS = 0;

const NOTHING = Type.Object({}, { additionalProperties: false });

const CANCEL_ON_DISCONNECT = Type.Object(
  {
    enabled: flag('enabled'),
    graceMs: Type.Optional(wholeNumber('graceMs', 0, GRACE_MAX_MS)),
  },
  { additionalProperties: false },
);

const TOO_MANY_GUARDED = {
  errors: { enabled: [`at most ${GUARDED_SESSIONS_MAX} sessions of a portfolio can ask for it at once`] },
};

const DEADMAN_FAULT = `timeoutMs must be 0 or a whole number from ${DEADMAN_MIN_MS} to ${DEADMAN_MAX_MS}`;
const DEADMAN = Type.Object(
  { timeoutMs: Type.Integer({ minimum: 0, maximum: DEADMAN_MAX_MS, fault: DEADMAN_FAULT }) },
  { additionalProperties: false },
);

/** Methods about the session itself, but for its channels. */
export function sessionMethods(venue: Venue, requests: RequestLimits, guards: DisconnectGuards): MethodTable {
  return {
    ping: {
      ...method(null, NOTHING, (_client, _params, responder) => {
        responder.result(`{"serverTime":"${new Date(venue.now()).toISOString()}"}`);
      }),
      cost: 'NOTHING',
    },
    'limit.get': {
      ...method(null, NOTHING, ({ meter }, _params, responder) => {
        responder.result(standingText(requests.standingOf(meter)));
      }),
      cost: 'NOTHING',
    },
    'session.cancelOnDisconnect': method('trade', CANCEL_ON_DISCONNECT, (client, params, responder) => {
      const { enabled, graceMs = GRACE_DEFAULT_MS } = params;
      guards.set(client, enabled ? graceMs : null, responder, (outcome) => {
        if (outcome.error === 'INVALID_REQUEST') responder.fail('INVALID_REQUEST', TOO_MANY_GUARDED);
        else responder.outcome(outcome, () => JSON.stringify({ enabled, graceMs }));
      });
    }),
    'session.deadman': method('trade', DEADMAN, (client, { timeoutMs }, responder) => {
      if (timeoutMs > 0 && timeoutMs < DEADMAN_MIN_MS) {
        return responder.fail('INVALID_REQUEST', { errors: { timeoutMs: [DEADMAN_FAULT] } });
      }
      const command = { kind: 'SET_DEADMAN', account: client.account.id, timeoutMs } as const;
      responder.submit(command, (outcome) => {
        if (outcome.error === 'RATE_LIMITED') responder.fail('RATE_LIMITED', deadmanLimit(venue));
        else responder.outcome(outcome, deadmanResult);
      });
    }),
  };
}

function deadmanResult({ account }: Outcome): string {
  const { deadmanAt } = account!;
  return JSON.stringify({ expiresAt: deadmanAt === 0 ? null : new Date(deadmanAt).toISOString() });
}

function deadmanLimit({ exchange }: Venue): object {
  const resetTime = Math.ceil((nextDeadmanDay(exchange.state) - exchange.time) / 1_000);
  return { limit: DEADMAN_FIRINGS_MAX, remaining: 0, resetTime };
}
