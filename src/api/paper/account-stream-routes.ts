import { Type } from 'typebox';
import type { PrivateHistory } from '../../gateway/channels/private-history.js';
import type { Venue } from '../../gateway/venue.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { EVENT_STREAM_TYPE, type EventSessions, eventStreamReply } from '../request/event-stream.js';
import { notFoundReply } from '../request/reply.js';
import { AccountEventEncoder, type AccountEvents, ORDER_EVENTS, PORTFOLIO_EVENTS } from './account-events.js';
import { isOwn } from './own-account-id.js';

const STREAM_QUERY = Type.Object({
  accountId: Type.Optional(Type.String({ description: 'Your own.' })),
  portfolioId: Type.Optional(Type.String({ description: 'One of yours; else the default one.' })),
});

/** The streams of this family: server-sent events about one account. */
export function accountStreamRoutes(
  family: Family,
  venue: Venue,
  history: PrivateHistory,
  sessions: EventSessions,
): readonly Endpoint[] {
  const route = (path: string, summary: string, events: AccountEvents): Endpoint =>
    family.closed(
      {
        method: 'GET',
        path,
        summary,
        description:
          `Server-sent events \`${events.event}\`, and \`heartbeat\`; \`error\` is the last one, and says why. ` +
          'A client that comes back with `Last-Event-ID` misses none.',
        access: 'read',
        query: STREAM_QUERY,
        answers: {
          200: { description: 'The stream', schema: Type.String(), contentType: EVENT_STREAM_TYPE },
          404: { description: 'There is no such account, or it is another user’s' },
          409: { description: 'The position is not one to go on from: see `details`' },
        },
      },
      (call) => {
        const { principal, query } = call;
        const { userId } = principal;
        if (!isOwn(query.accountId ?? userId, principal)) return notFoundReply('Account');
        const encoderFrom = (from: number | null) => new AccountEventEncoder(events, userId, from);
        return eventStreamReply(venue, history, sessions, call, [events.channel], encoderFrom);
      },
    );

  return [
    route('/v1/stream/orders', 'What becomes of your orders', ORDER_EVENTS),
    route('/v1/orders/stream', 'The same, under its older path', ORDER_EVENTS),
    route('/v1/stream/portfolio', 'What becomes of a portfolio', PORTFOLIO_EVENTS),
  ];
}
