import { type Static, Type } from 'typebox';
import { PRIVATE_CHANNELS } from '../../archive/private-channel.js';
import type { Account } from '../../exchange/account.js';
import type { PrivateFeed } from '../../gateway/channels/private-feed.js';
import type { PrivateHistory } from '../../gateway/channels/private-history.js';
import type { HttpReply, HttpRequest } from '../../gateway/http.js';
import type { Asker } from '../../gateway/refused-cursors.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/principal.js';
import { isOutage } from '../../journal/connection-redis.js';
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
export function eventRoutes(family: Family, venue: Venue, history: PrivateHistory): readonly Endpoint[] {
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
          403: { description: 'The portfolio is not one of yours' },
          409: { description: 'The position is not one to go on from: see `details`' },
          503: { description: 'What is older cannot be read now; try again' },
        },
      },
      ({ query, principal, request }) => eventsReply(venue, history, query, principal, request),
    ),
  ];
}

/**
 * The private events of a portfolio after a position, oldest first, exact or refused. Without a position all
 * that are kept; without an epoch the caller vouches that its position is one of the present history.
 */
async function eventsReply(
  { exchange, feeds }: Venue,
  history: PrivateHistory,
  { portfolioId, since, epoch, limit }: Static<typeof EVENTS_QUERY>,
  principal: Principal,
  { address, requestId }: HttpRequest,
): Promise<HttpReply> {
  const asker: Asker = { userId: principal.userId, keyId: principal.keyId, address, requestId };
  const account = ownAccount(exchange, principal, portfolioId);
  if (isRefusal(account)) {
    if (account.error === 'FORBIDDEN') history.refused.note(asker, 'FOREIGN_PORTFOLIO', portfolioId!);
    return errorReply(account.error);
  }
  try {
    const seq = since ?? (await history.range(account)).oldest;
    const refusal = await history.refusalOf(account, { epoch, seq }, asker);
    if (refusal === null) return await pageReply(feeds.private, history, account, seq, limit);
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
