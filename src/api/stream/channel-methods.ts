import { type Static, Type } from 'typebox';
import type { PrivateHistory } from '../../gateway/channels/private-history.js';
import type { Asker } from '../../gateway/refused-cursors.js';
import type { Session } from '../../gateway/session.js';
import type { Venue } from '../../gateway/venue.js';
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

const CHANNELS_IN_REQUEST_MAX = 256;

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
type Subscribe = Static<typeof SUBSCRIBE>;

const UNSUBSCRIBE = Type.Object({ channels: channelNames }, { additionalProperties: false });

/** `session.subscribe` and `session.unsubscribe`: what a session is told of. */
export function channelMethods(venue: Venue, history: PrivateHistory, subscriptionsMax: number): MethodTable {
  return {
    'session.subscribe': method('read', SUBSCRIBE, (client, params, responder) =>
      client.channelChanges.add(() => subscribe(venue, history, client, params, subscriptionsMax, responder)),
    ),
    'session.unsubscribe': method(null, UNSUBSCRIBE, (client, { channels: names }, responder) =>
      client.channelChanges.add(() => {
        const channels = parseChannels(venue, names);
        if (typeof channels === 'string') return responder.fail('UNKNOWN_CHANNEL', { channel: channels });
        unsubscribePrivate(venue, client, channels.privateChannels);
        for (const channel of channels.publicChannels) unsubscribePublic(venue, client, channel);
        responder.result(JSON.stringify({ channels: names }));
      }),
    ),
  };
}

function subscribe(
  venue: Venue,
  history: PrivateHistory,
  client: Client,
  { channels: names, since }: Subscribe,
  subscriptionsMax: number,
  responder: Responder,
): void | Promise<void> {
  const channels = parseChannels(venue, names);
  if (typeof channels === 'string') return responder.fail('UNKNOWN_CHANNEL', { channel: channels });
  if (countAfter(client, channels) > subscriptionsMax) {
    const errors = { channels: [`a session may have at most ${subscriptionsMax} channels`] };
    return responder.fail('INVALID_REQUEST', { errors });
  }
  const answer = () => responder.result(JSON.stringify({ channels: names }));
  if (since !== undefined) return resume(venue, history, client, channels, since, answer, responder);
  answer();
  subscribePrivate(venue, client, channels.privateChannels);
  for (const channel of channels.publicChannels) subscribePublic(venue, client, channel);
}

/** Replays what a client missed, exactly, or refuses. Neither any more when the session has closed meanwhile. */
async function resume(
  venue: Venue,
  history: PrivateHistory,
  client: Client,
  { privateChannels, publicChannels }: ChannelList,
  since: NonNullable<Subscribe['since']>,
  answer: () => void,
  responder: Responder,
): Promise<void> {
  const refusal = await history.refusalOf(client.account, since, askerOf(client.session));
  if (client.session.closed) return;
  if (refusal !== null) {
    return responder.fail(refusal.error, 'details' in refusal ? refusal.details : undefined);
  }
  answer();
  resumePrivate(venue, history, client, privateChannels, since.seq);
  for (const channel of publicChannels) subscribePublic(venue, client, channel);
}

function askerOf({ principal: { userId, keyId }, address, requestId }: Session): Asker {
  return { userId, keyId, address, requestId };
}

function countAfter(client: Client, channels: ChannelList): number {
  const names = new Set(client.publicChannels);
  for (const { name } of channels.publicChannels) names.add(name);
  const own = new Set([...(client.privateSubscription?.channels ?? []), ...client.channelsAfterReplay]);
  for (const channel of channels.privateChannels) own.add(channel);
  return names.size + own.size;
}
