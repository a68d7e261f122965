import { Type } from 'typebox';
import {
  ALL_PRIVATE,
  PRIVATE_CHANNELS,
  type PrivateChannel,
  privateChannelsNamed,
} from '../../archive/private-channel.js';
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

const EVENTS_DEFAULT = 100;
const EVENTS_MAX = 1_000;
/** Once so many events were read for one answer, it ends with what was found among them: few may be of its channels. */
const EVENTS_READ_MAX = 10_000;

/** A misspelt position must not be answered with the whole history. */
const EVENTS_QUERY = Type.Object(
  {
    portfolioId: Type.Optional(Type.String({ description: 'One of yours; else the default one.' })),
    since: Type.Optional(wholeNumber('since', 0, Number.MAX_SAFE_INTEGER)),
    limit: wholeNumber('limit', 1, EVENTS_MAX, { default: EVENTS_DEFAULT }),
    epoch: Type.Optional(
      Type.String({ description: 'The history that is meant, and `since` a position of.' }),
    ),
    channels: Type.Optional(
      Type.String({ description: 'Those of a stream, separated by commas; all unless given.' }),
    ),
  },
  { additionalProperties: false },
);

const CHANNELS_FAULT = `channels must be some of: ${[...PRIVATE_CHANNELS, ALL_PRIVATE].join(', ')}`;

const EVENTS = Type.Object(
  {
    epoch: Type.String(),
    oldest: count,
    newest: count,
    reached: Type.Integer({
      minimum: 0,
      description: 'Where this answer ends: `since` of the next request.',
    }),
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
        const channels = channelsOf(query.channels);
        if (channels === null) return validationReply({ channels: [CHANNELS_FAULT] }, query);
        if (!wantsEvents(request)) return eventsReply(venue, history, call, channels, query.limit);
        const encoderFrom = (from: number | null) => new FrameEvents(from, channels);
        return eventStreamReply(venue, history, sessions, call, channels, encoderFrom);
      },
    ),
  ];
}

/** Null where one of the names is no private channel. */
function channelsOf(names: string = ALL_PRIVATE): readonly PrivateChannel[] | null {
  const meant = names.split(',').map(privateChannelsNamed);
  return meant.some(({ length }) => length === 0) ? null : [...new Set(meant.flat())];
}

/**
 * The private events of a portfolio after a position, oldest first, exact or refused. Without a position all
 * that are kept; without an epoch the caller vouches that its position is one of the present history.
 */
async function eventsReply(
  venue: Venue,
  history: PrivateHistory,
  call: EventsCall,
  channels: readonly PrivateChannel[],
  limit: number,
): Promise<HttpReply> {
  const account = askedPortfolio(venue, history, call);
  if (isRefusal(account)) return errorReply(account.error);
  const { since, epoch } = call.query;
  try {
    const seq = since ?? (await history.range(account)).oldest;
    const refusal = await history.refusalOf(account, { epoch, seq }, askerOf(call));
    if (refusal === null) return await pageReply(venue.feeds.private, history, account, seq, channels, limit);
    return errorReply(refusal.error, 'details' in refusal ? refusal.details : undefined);
  } catch (error) {
    if (isOutage(error)) return errorReply('UNAVAILABLE');
    throw error;
  }
}

/**
 * As many events of these channels as are wanted, or fewer where the others cannot be had yet or are far away; the
 * caller asks for them from the position that was reached. Each names the one told before it, as on the stream.
 */
async function pageReply(
  feed: PrivateFeed,
  history: PrivateHistory,
  account: Account,
  since: number,
  channels: readonly PrivateChannel[],
  limit: number,
): Promise<HttpReply> {
  const frames: string[] = [];
  let told = since;
  let reached = since;
  for await (const page of history.pagesAfter(account, since, () => reached === since)) {
    for (const event of page) {
      if (frames.length === limit) break;
      reached = event.seq;
      if (!channels.includes(event.channel)) continue;
      frames.push(feed.frame(event, told, ''));
      told = event.seq;
    }
    if (frames.length === limit || reached - since >= EVENTS_READ_MAX) break;
  }
  const isNothingFound = reached === since && since < account.seq;
  const { epoch, oldest, newest } = await history.range(account);
  if (!history.isPresent(account)) return errorReply('UNAVAILABLE');
  if (isNothingFound) return errorReply('RESUME_UNAVAILABLE', { epoch, oldest, newest });
  const range = `"epoch":"${epoch}","oldest":${oldest},"newest":${newest}`;
  return reply(`{${range},"reached":${reached},"events":[${frames.join(',')}]}`);
}
