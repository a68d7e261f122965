import type { Static } from 'typebox';
import type { PrivateChannel } from '../../archive/private-channel.js';
import type { PrivateHistory } from '../../gateway/channels/private-history.js';
import type { Asker } from '../../gateway/refused-cursors.js';
import type { Session } from '../../gateway/sessions/session.js';
import type { Venue } from '../../gateway/venue.js';
import type { Client } from './client.js';
import { type MethodTable, method } from './method.js';
import type { Responder } from './responder.js';
import type { METHOD_SPECS } from './specs/method-specs.js';
import {
  type ChannelList,
  parseChannels,
  resumePrivate,
  subscribePrivate,
  subscribePublic,
  unsubscribePrivate,
  unsubscribePublic,
} from './subscriptions.js';

type Subscribe = Static<(typeof METHOD_SPECS)['session.subscribe']['params']>;

/** `session.subscribe` and `session.unsubscribe`: what a session is told of. */
export function channelMethods(venue: Venue, history: PrivateHistory, subscriptionsMax: number) {
  return {
    'session.subscribe': method('session.subscribe', (client, params, responder) =>
      client.channelChanges.add(() => subscribe(venue, history, client, params, subscriptionsMax, responder)),
    ),
    'session.unsubscribe': method('session.unsubscribe', (client, { channels: names }, responder) =>
      client.channelChanges.add(() => {
        const channels = parseChannels(venue, names);
        if (typeof channels === 'string') return responder.fail('UNKNOWN_CHANNEL', { channel: channels });
        unsubscribePrivate(venue, client, channels.privateChannels);
        for (const channel of channels.publicChannels) unsubscribePublic(venue, client, channel);
        responder.result(JSON.stringify({ channels: names }));
      }),
    ),
  } satisfies Partial<MethodTable>;
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
  const unnamed = since === undefined ? [] : unnamedChannels(client, channels);
  if (unnamed.length > 0) {
    const errors = {
      since: [`since must come with all private channels that the session has: ${unnamed.join(', ')} too`],
    };
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
  const own = privateChannelsOf(client);
  for (const channel of channels.privateChannels) own.add(channel);
  return names.size + own.size;
}

/**
 * The private channels that a client has, and that a request leaves out. All have one position: another one would send
 * events of theirs again, or leave some out.
 */
function unnamedChannels(client: Client, { privateChannels }: ChannelList): readonly PrivateChannel[] {
  return [...privateChannelsOf(client)].filter((channel) => !privateChannels.includes(channel));
}

/** With those that begin after a replay. */
function privateChannelsOf({ privateSubscription, channelsAfterReplay }: Client): Set<PrivateChannel> {
  return new Set([...(privateSubscription?.channels ?? []), ...channelsAfterReplay]);
}
