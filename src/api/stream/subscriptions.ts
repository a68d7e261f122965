import {
  hasState,
  PRIVATE_CHANNELS,
  type PrivateChannel,
  privateChannelsNamed,
  type StateChannel,
} from '../../archive/private-channel.js';
import { CANDLE_INTERVALS, type CandleInterval } from '../../exchange/markets/candles.js';
import type { Market } from '../../exchange/markets/market.js';
import type { BookFeed } from '../../gateway/channels/book-feed.js';
import { PrivateSubscription } from '../../gateway/channels/private-feed.js';
import type { PrivateHistory } from '../../gateway/channels/private-history.js';
import type { PublicFeed } from '../../gateway/channels/public-feed.js';
import { Replay } from '../../gateway/channels/replay.js';
import type { Venue } from '../../gateway/venue.js';
import type { Client } from './client.js';
import type { PUBLIC_CHANNEL_SPECS } from './specs/public-channels.js';

/** A public channel, taken apart. */
export interface PublicChannel {
  readonly name: string;
  readonly kind: keyof typeof PUBLIC_CHANNEL_SPECS;
  readonly market: Market;
  readonly interval: CandleInterval | null;
}

/** What a list of channel names means. */
export interface ChannelList {
  readonly privateChannels: readonly PrivateChannel[];
  readonly publicChannels: readonly PublicChannel[];
}

/** Reads channel names, each once; the first one that does not exist is returned as it is. */
export function parseChannels(venue: Venue, names: readonly string[]): ChannelList | string {
  const privateChannels = new Set<PrivateChannel>();
  const publicChannels: PublicChannel[] = [];
  for (const name of new Set(names)) {
    const own = privateChannelsNamed(name);
    for (const channel of own) privateChannels.add(channel);
    if (own.length > 0) continue;
    const channel = parsePublic(venue, name);
    if (channel === null) return name;
    publicChannels.push(channel);
  }
  return { privateChannels: [...privateChannels], publicChannels };
}

function parsePublic(venue: Venue, name: string): PublicChannel | null {
  const [kind, symbol = '', interval, ...rest] = name.split(':');
  const market = venue.exchange.findMarket(symbol);
  if (market === undefined || rest.length > 0) return null;
  if (kind === 'candles') {
    const known = CANDLE_INTERVALS.find((candidate) => candidate === interval);
    return known === undefined ? null : { name, kind, market, interval: known };
  }
  if (interval !== undefined) return null;
  return kind === 'book' || kind === 'trades' || kind === 'ticker'
    ? { name, kind, market, interval: null }
    : null;
}

/** Begins to send a public channel, with its present state first. */
export function subscribePublic(venue: Venue, client: Client, channel: PublicChannel): void {
  const { session, publicChannels } = client;
  if (session.closed) return;
  const feed = venue.feeds.marketFeed(channel.market);
  const { moment } = venue.feeds;
  if (publicChannels.has(channel.name)) unsubscribePublic(venue, client, channel);
  publicChannels.add(channel.name);
  switch (channel.kind) {
    case 'book':
      return feed.book.subscribe(session, moment);
    case 'trades':
      return feed.trades.subscribe(session);
    case 'ticker':
      feed.ticker.subscribe(session);
      return feed.sendTicker(session, moment);
    case 'candles':
      feed.candlesOf(channel.interval!).subscribe(session);
      return feed.sendCandle(session, channel.interval!, moment);
  }
}

export function unsubscribePublic(venue: Venue, client: Client, channel: PublicChannel): void {
  client.publicChannels.delete(channel.name);
  publicFeed(venue, channel).unsubscribe(client.session);
}

/** What sends a public channel. */
export function publicFeed(
  { feeds }: Venue,
  { market, kind, interval }: PublicChannel,
): BookFeed | PublicFeed {
  const feed = feeds.marketFeed(market);
  return kind === 'candles' ? feed.candlesOf(interval!) : feed[kind];
}

/** A client has caught up: the public channels that it was left out of go on, with their present state first. */
export function readmit(venue: Venue, { session, publicChannels }: Client): void {
  if (publicChannels.size === 0) return;
  const channels = parseChannels(venue, [...publicChannels]);
  if (typeof channels === 'string') return;
  for (const { kind, market, interval } of channels.publicChannels) {
    const feed = venue.feeds.marketFeed(market);
    const { moment } = venue.feeds;
    if (kind === 'book') feed.book.readmit(session, moment);
    else if (kind === 'trades') feed.trades.readmit(session);
    else if (kind === 'ticker' && feed.ticker.readmit(session)) feed.sendTicker(session, moment);
    else if (kind === 'candles' && feed.candlesOf(interval!).readmit(session)) {
      feed.sendCandle(session, interval!, moment);
    }
  }
}

/**
 * Begins to send private channels: a snapshot of each that has state, true at the account's present position.
 * All of it happens in one turn, so no event can fall between the snapshot and the events after it. During a
 * replay, which is still behind that position, it waits until the replay is done. A session that what it was sent
 * has closed, being too slow, begins nothing: nobody would end it.
 */
export function subscribePrivate(venue: Venue, client: Client, channels: Iterable<PrivateChannel>): void {
  const { account, session } = client;
  if (session.closed) return;
  const subscription = subscriptionOf(venue, client);
  if (subscription.replayedTo !== null) {
    for (const channel of channels) client.channelsAfterReplay.add(channel);
    return;
  }
  for (const channel of channels) {
    subscription.channels.add(channel);
    if (!hasState(channel)) continue;
    const data = snapshotOf(venue, client, channel);
    const time = new Date(venue.exchange.time).toISOString();
    subscription.lastSeq = account.seq;
    session.sendSnapshot(
      `{"channel":"${channel}","type":"snapshot","seq":${account.seq},"time":"${time}","data":${data}}`,
    );
  }
}

/** Sends all events after a position, marked as replayed, and goes on live. A replay that is under way begins anew. */
export function resumePrivate(
  venue: Venue,
  history: PrivateHistory,
  client: Client,
  channels: readonly PrivateChannel[],
  from: number,
): void {
  if (client.session.closed) return;
  const subscription = subscriptionOf(venue, client);
  for (const channel of channels) {
    subscription.channels.add(channel);
    client.channelsAfterReplay.delete(channel);
  }
  client.replay?.end();
  client.replay = new Replay(venue.feeds.private, history, client.account, subscription, from, () =>
    goLive(venue, client, from),
  );
  client.replay.proceed();
}

/** Ends a replay: what was asked for meanwhile begins with the present state. */
function goLive(venue: Venue, client: Client, from: number): void {
  const { account, session, channelsAfterReplay } = client;
  client.replay = null;
  session.send(JSON.stringify({ channel: 'session', type: 'resumed', data: { from, to: account.seq } }));
  subscribePrivate(venue, client, channelsAfterReplay);
  channelsAfterReplay.clear();
}

/** Ends private channels; without any left the subscription ends. */
export function unsubscribePrivate(venue: Venue, client: Client, channels: readonly PrivateChannel[]): void {
  const subscription = client.privateSubscription;
  if (subscription === null) return;
  for (const channel of channels) {
    subscription.channels.delete(channel);
    client.channelsAfterReplay.delete(channel);
  }
  if (subscription.channels.size + client.channelsAfterReplay.size > 0) return;
  client.replay?.end();
  client.replay = null;
  venue.feeds.private.unsubscribe(client.account.id, subscription);
  client.privateSubscription = null;
}

/** Ends everything a session gets. */
export function unsubscribeAll(venue: Venue, client: Client): void {
  unsubscribePrivate(venue, client, PRIVATE_CHANNELS);
  const channels = parseChannels(venue, [...client.publicChannels]);
  if (typeof channels === 'string') return;
  for (const channel of channels.publicChannels) unsubscribePublic(venue, client, channel);
}

function subscriptionOf(venue: Venue, client: Client): PrivateSubscription {
  if (client.privateSubscription === null) {
    client.privateSubscription = new PrivateSubscription(client.session, client.account.seq);
    venue.feeds.private.subscribe(client.account, client.privateSubscription);
  }
  return client.privateSubscription;
}

function snapshotOf(venue: Venue, { account }: Client, channel: StateChannel): string {
  switch (channel) {
    case 'orders':
      return venue.views.openOrders(account);
    case 'positions':
      return venue.views.positions(account);
    case 'account':
      return venue.views.account(account);
  }
}
