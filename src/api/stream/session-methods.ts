import { GUARDED_SESSIONS_MAX } from '../../exchange/clients/disconnect-guard.js';
import { DEADMAN_FIRINGS_MAX, DEADMAN_MIN_MS, nextDeadmanDay } from '../../exchange/orders/deadman.js';
import type { Outcome } from '../../exchange/outcome.js';
import { standingText } from '../../gateway/charging/rate-limit-text.js';
import type { RequestLimits } from '../../gateway/charging/request-limits.js';
import type { Venue } from '../../gateway/venue.js';
import type { DisconnectGuards } from './disconnect-guards.js';
import { type MethodTable, method } from './method.js';
import { DEADMAN_FAULT } from './specs/session-specs.js';

const GRACE_DEFAULT_MS = 0;

const TOO_MANY_GUARDED = {
  errors: { enabled: [`at most ${GUARDED_SESSIONS_MAX} sessions of a portfolio can ask for it at once`] },
};

/** Methods about the session itself, but for its channels. */
export function sessionMethods(venue: Venue, requests: RequestLimits, guards: DisconnectGuards) {
  return {
    ping: {
      ...method('ping', (_client, _params, responder) => {
        responder.result(`{"serverTime":"${new Date(venue.now()).toISOString()}"}`);
      }),
      cost: 'NOTHING',
    },
    'limit.get': {
      ...method('limit.get', ({ meter }, _params, responder) => {
        responder.result(standingText(requests.standingOf(meter)));
      }),
      cost: 'NOTHING',
    },
    'session.cancelOnDisconnect': method('session.cancelOnDisconnect', (client, params, responder) => {
      const { enabled, graceMs = GRACE_DEFAULT_MS } = params;
      guards.set(client, enabled ? graceMs : null, responder, (outcome) => {
        if (outcome.error === 'INVALID_REQUEST') responder.fail('INVALID_REQUEST', TOO_MANY_GUARDED);
        else responder.outcome(outcome, () => JSON.stringify({ enabled, graceMs }));
      });
    }),
    'session.deadman': method('session.deadman', (client, { timeoutMs }, responder) => {
      if (timeoutMs > 0 && timeoutMs < DEADMAN_MIN_MS) {
        return responder.fail('INVALID_REQUEST', { errors: { timeoutMs: [DEADMAN_FAULT] } });
      }
      const command = { kind: 'SET_DEADMAN', account: client.account.id, timeoutMs } as const;
      responder.submit(command, (outcome) => {
        if (outcome.error === 'RATE_LIMITED') responder.fail('RATE_LIMITED', deadmanLimit(venue));
        else responder.outcome(outcome, deadmanResult);
      });
    }),
  } satisfies Partial<MethodTable>;
}

function deadmanResult({ account }: Outcome): string {
  const { deadmanAt } = account!;
  return JSON.stringify({ expiresAt: deadmanAt === 0 ? null : new Date(deadmanAt).toISOString() });
}

function deadmanLimit({ exchange }: Venue): object {
  const resetTime = Math.ceil((nextDeadmanDay(exchange.state) - exchange.time) / 1_000);
  return { limit: DEADMAN_FIRINGS_MAX, remaining: 0, resetTime };
}
