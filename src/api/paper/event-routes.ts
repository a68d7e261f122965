import { Type } from 'typebox';
import { PRIVATE_CHANNELS, type PrivateChannel } from '../../archive/private-channel.js';
import type { Account } from '../../exchange/accounts/account.js';
import { FrameEvents } from '../../gateway/channels/frame-events.js';
import type { PrivateFeed } from '../../gateway/channels/private-feed.js';
import type { PrivateHistory } from '../../gateway/channels/private-history.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Venue } from '../../gateway/venue.js';
import { isOutage } from '../../journal/connection-redis.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { count, instant } from '../request/answer-schema.js';
import { askedPortfolio, askerOf, type EventsCall } from '../request/asked-portfolio.js';
import {
  EVENT_STREAM_TYPE,
  type EventSessions,
  eventStreamReply,
  wantsEvents,
} from '../request/event-stream.js';
import { wholeNumber } from '../request/fields.js';
import { isRefusal } from '../request/order-intake.js';
import { errorReply, reply, validationReply } from '../request/reply.js';

/** The name that stands for all channels. */
const ALL_PRIVATE = 'private';
const EVENTS_DEFAULT = 100;
const EVENTS_MAX = 1_000;

const EVENTS_QUERY = Type.Object({
  portfolioId: Type.Optional(Type.String({ description: 'One of yours; else the default one.' })),
  since: Type.Optional(wholeNumber('since', 0, Number.MAX_SAFE_INTEGER)),
  limit: wholeNumber('limit', 1, EVENTS_MAX, { default: EVENTS_DEFAULT }),
  epoch: Type.Optional(Type.String({ description: 'The history that `since` is a position of.' })),
  channels: Type.Optional(
    Type.String({ description: 'Those of a stream, separated by commas; all unless given.' }),
  ),
});

const CHANNELS_FAULT = `channels must be some of: ${[...PRIVATE_CHANNELS, ALL_PRIVATE].join(', ')}`;

const EVENTS = Type.Object(
  {
    epoch: Type.String(),
    oldest: count,
    newest: count,
    events: Type.Array(
      Type.Object({
        channel: Type.Enum([...PRIVATE_CHANNELS]),
        seq: count,
        prev: count,
        time: instant,
        data: Type.Unknown({ description: 'As on the stream.' }),
      }),
    ),
  },
  { title: 'Events' },
);

/** What happened to a portfolio, for those who poll, and what happens to it, for those who listen. */
export function eventRoutes(
  family: Family,
  venue: Venue,
  history: PrivateHistory,
  sessions: EventSessions,
): readonly Endpoint[] {
  return [
    family.closed(
      {
        method: 'GET',
        path: '/v1/events',
        summary: 'The private events after a position',
        description:
          'With `Accept: text/event-stream` they are server-sent events, and go on: each with `<epoch>:<seq>` as its id, ' +
          'which a browser that reconnects sends as `Last-Event-ID`. That header wins over `since` and `epoch`. ' +
          'Without a position the stream begins with the present state.',
        access: 'read',
        query: EVENTS_QUERY,
        answers: {
          200: {
            description: 'The events, oldest first',
            schema: EVENTS,
            alternatives: { [EVENT_STREAM_TYPE]: Type.String() },
          },
          403: { description: 'The portfolio is not one of yours' },
          409: { description: 'The position is not one to go on from: see `details`' },
          503: { description: 'What is older cannot be read now; try again' },
        },
      },
      (call) => {
        const { query, request } = call;
        if (!wantsEvents(request)) return eventsReply(venue, history, call, query.limit);
        const channels = channelsOf(query.channels);
        if (channels === null) return validationReply({ channels: [CHANNELS_FAULT] }, query);
        const encoderFrom = (from: number | null) => new FrameEvents(from, channels);
        return eventStreamReply(venue, history, sessions, call, channels, encoderFrom);
      },
    ),
  ];
}

/** Null where one of the names is no private channel. */
function channelsOf(names: string | undefined): readonly PrivateChannel[] | null {
  const asked = new Set(names?.split(',') ?? [ALL_PRIVATE]);
  const channels = PRIVATE_CHANNELS.filter((channel) => asked.has(ALL_PRIVATE) || asked.has(channel));
  for (const name of [ALL_PRIVATE, ...PRIVATE_CHANNELS]) asked.delete(name);
  return asked.size === 0 ? channels : null;
}

/**
 * The private events of a portfolio after a position, oldest first, exact or refused. Without a position all
 * that are kept; without an epoch the caller vouches that its position is one of the present history.
 */
async function eventsReply(
  venue: Venue,
  history: PrivateHistory,
  call: EventsCall,
  limit: number,
): Promise<HttpReply> {
  const account = askedPortfolio(venue, history, call);
  if (isRefusal(account)) return errorReply(account.error);
  const { since, epoch } = call.query;
  try {
    const seq = since ?? (await history.range(account)).oldest;
    const refusal = await history.refusalOf(account, { epoch, seq }, askerOf(call));
    if (refusal === null) return await pageReply(venue.feeds.private, history, account, seq, limit);
    return errorReply(refusal.error, 'details' in refusal ? refusal.details : undefined);
  } catch (error) {
    if (isOutage(error)) return errorReply('UNAVAILABLE');
    throw error;
  }
}

/** As many events as are wanted, or fewer where the others cannot be had yet; the caller asks for them again. */
async function pageReply(
  feed: PrivateFeed,
  history: PrivateHistory,
  account: Account,
  since: number,
  limit: number,
): Promise<HttpReply> {
  const frames: string[] = [];
  for await (const page of history.pagesAfter(account, since, () => frames.length === 0)) {
    for (const event of page.slice(0, limit - frames.length)) {
      frames.push(feed.frame(event, event.seq - 1, ''));
    }
    if (frames.length === limit) break;
  }
  const { epoch, oldest, newest } = await history.range(account);
  const isNothingFound = frames.length === 0 && since < newest;
  if (!history.isPresent(account)) return errorReply('UNAVAILABLE');
  if (isNothingFound) return errorReply('RESUME_UNAVAILABLE', { epoch, oldest, newest });
  return reply(`{"epoch":"${epoch}","oldest":${oldest},"newest":${newest},"events":[${frames.join(',')}]}`);
}
