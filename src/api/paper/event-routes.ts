import { type Static, Type } from 'typebox';
import { PRIVATE_CHANNELS } from '../../archive/private-channel.js';
import type { HttpReply } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/principal.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { count, instant } from '../request/answer-schema.js';
import { wholeNumber } from '../request/fields.js';
import { isRefusal } from '../request/order-intake.js';
import { ownAccount } from '../request/own-accounts.js';
import { errorReply, reply } from '../request/reply.js';

const EVENTS_DEFAULT = 100;
const EVENTS_MAX = 1_000;

const EVENTS_QUERY = Type.Object({
  portfolioId: Type.Optional(Type.String({ description: 'One of yours; else the default one.' })),
  since: Type.Optional(wholeNumber('since', 0, Number.MAX_SAFE_INTEGER)),
  limit: wholeNumber('limit', 1, EVENTS_MAX, { default: EVENTS_DEFAULT }),
  epoch: Type.Optional(Type.String({ description: 'The history that `since` is a position of.' })),
});

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

/** What happened to a portfolio, for those who poll. */
export function eventRoutes(family: Family, venue: Venue): readonly Endpoint[] {
  return [
    family.closed(
      {
        method: 'GET',
        path: '/v1/events',
        summary: 'The private events after a position',
        access: 'read',
        query: EVENTS_QUERY,
        answers: {
          200: { description: 'The events, oldest first', schema: EVENTS },
          409: { description: 'The position is not one to go on from: see `details`' },
        },
      },
      ({ query, principal }) => missedEvents(venue, query, principal),
    ),
  ];
}

/**
 * The private events of a portfolio after a position, oldest first, exact or refused. Without a position all
 * that are kept; without an epoch the caller vouches that its position is one of the present history.
 */
function missedEvents(venue: Venue, query: Static<typeof EVENTS_QUERY>, principal: Principal): HttpReply {
  const { exchange, feeds } = venue;
  const account = ownAccount(exchange, principal, query.portfolioId);
  if (isRefusal(account)) return errorReply(account.error);
  const { epoch } = exchange;
  const oldest = feeds.private.oldestResumable(account);
  const newest = account.seq;
  const isPresent = (query.epoch ?? epoch) === epoch;
  const missed = isPresent ? feeds.private.eventsAfter(account, query.since ?? oldest) : null;
  if (missed === null) return errorReply('RESUME_UNAVAILABLE', { epoch, oldest, newest });
  const frames: string[] = [];
  for (const event of missed) {
    frames.push(feeds.private.frame(event, event.seq - 1, ''));
    if (frames.length === query.limit) break;
  }
  return reply(`{"epoch":"${epoch}","oldest":${oldest},"newest":${newest},"events":[${frames.join(',')}]}`);
}
