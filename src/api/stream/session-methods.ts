import { Type } from 'typebox';
import {
  DEADMAN_FIRINGS_MAX,
  DEADMAN_MAX_MS,
  DEADMAN_MIN_MS,
  nextDeadmanDay,
} from '../../exchange/deadman.js';
import type { Outcome } from '../../exchange/outcome.js';
import { standingText } from '../../gateway/rate-limit-text.js';
import type { RequestLimits } from '../../gateway/request-limits.js';
import type { Venue } from '../../gateway/venue.js';
import { flag, wholeNumber } from '../request/fields.js';
import type { Client } from './client.js';
import { type MethodTable, method } from './method.js';
import type { Responder } from './responder.js';
import {
  type ChannelList,
  parseChannels,
  resumePrivate,
  subscribePrivate,
  subscribePublic,
  unsubscribePrivate,
  unsubscribePublic,
} from './subscriptions.js';

const GRACE_DEFAULT_MS = 0;
const GRACE_MAX_MS = 60_000;
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

const CANCEL_ON_DISCONNECT = Type.Object(
  {
    enabled: flag('enabled'),
    graceMs: Type.Optional(wholeNumber('graceMs', 0, GRACE_MAX_MS)),
  },
  { additionalProperties: false },
);

const DEADMAN_FAULT = `timeoutMs must be 0 or a whole number from ${DEADMAN_MIN_MS} to ${DEADMAN_MAX_MS}`;
const DEADMAN = Type.Object(
  { timeoutMs: Type.Integer({ minimum: 0, maximum: DEADMAN_MAX_MS, fault: DEADMAN_FAULT }) },
  { additionalProperties: false },
);

/** Methods about the session itself. */
export function sessionMethods(venue: Venue, requests: RequestLimits, subscriptionsMax: number): MethodTable {
  return {
    ping: {
      ...method(null, NOTHING, (_client, _params, responder) => {
        responder.result(`{"serverTime":"${new Date(venue.now()).toISOString()}"}`);
      }),
      cost: 'NOTHING',
    },
    'limit.get': {
      ...method(null, NOTHING, ({ session }, _params, responder) => {
        responder.result(standingText(requests.standingOf(session.principal)));
      }),
      cost: 'NOTHING',
    },
    'session.subscribe': method('read', SUBSCRIBE, (client, { channels: names, since }, responder) => {
      const channels = parseChannels(venue, names);
      if (typeof channels === 'string') return responder.fail('UNKNOWN_CHANNEL', { channel: channels });
      if (countAfter(client, channels) > subscriptionsMax) {
        const errors = { channels: [`a session may have at most ${subscriptionsMax} channels`] };
        return responder.fail('INVALID_REQUEST', { errors });
      }
      if (since === undefined) {
        responder.result(JSON.stringify({ channels: names }));
        subscribePrivate(venue, client, channels.privateChannels);
      } else if (!resume(venue, client, channels, names, since, responder)) return;
      for (const channel of channels.publicChannels) subscribePublic(venue, client, channel);
    }),
    'session.unsubscribe': method(null, UNSUBSCRIBE, (client, { channels: names }, responder) => {
      const channels = parseChannels(venue, names);
      if (typeof channels === 'string') return responder.fail('UNKNOWN_CHANNEL', { channel: channels });
      unsubscribePrivate(venue, client, channels.privateChannels);
      for (const channel of channels.publicChannels) unsubscribePublic(venue, client, channel);
      responder.result(JSON.stringify({ channels: names }));
    }),
    'session.cancelOnDisconnect': method('trade', CANCEL_ON_DISCONNECT, (client, params, responder) => {
      const { enabled, graceMs = GRACE_DEFAULT_MS } = params;
      client.cancelOnDisconnectMs = enabled ? graceMs : null;
      responder.result(JSON.stringify({ enabled, graceMs }));
    }),
    'session.deadman': method('trade', DEADMAN, (client, { timeoutMs }, responder) => {
      if (timeoutMs > 0 && timeoutMs < DEADMAN_MIN_MS) {
        return responder.fail('INVALID_REQUEST', { errors: { timeoutMs: [DEADMAN_FAULT] } });
      }
      const command = { kind: 'SET_DEADMAN', account: client.account.id, timeoutMs } as const;
      venue.submit(command, (outcome) => {
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

/** Replays what a client missed, exactly, or refuses. False when it was refused. */
function resume(
  venue: Venue,
  client: Client,
  { privateChannels }: ChannelList,
  names: readonly string[],
  since: { readonly epoch: string; readonly seq: number },
  responder: Responder,
): boolean {
  const { exchange, feeds } = venue;
  const { account } = client;
  if (since.epoch !== exchange.epoch || feeds.private.eventsAfter(account, since.seq) === null) {
    responder.fail('RESUME_UNAVAILABLE', {
      epoch: exchange.epoch,
      oldest: feeds.private.oldestResumable(account),
      newest: account.seq,
    });
    return false;
  }
  responder.result(JSON.stringify({ channels: names }));
  resumePrivate(venue, client, privateChannels, since.seq);
  return true;
}

function countAfter(client: Client, channels: ChannelList): number {
  const names = new Set(client.publicChannels);
  for (const { name } of channels.publicChannels) names.add(name);
  const own = new Set([...(client.privateSubscription?.channels ?? []), ...client.channelsAfterReplay]);
  for (const channel of channels.privateChannels) own.add(channel);
  return names.size + own.size;
}
