import type { Authorization } from '../../gateway/authorization.js';
import type { HttpReply, HttpRequest, Route } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/principal.js';
import { isRefusal } from '../request/order-intake.js';
import { errorReply, reply, validationReply } from '../request/reply.js';
import { ownAccount } from './own-accounts.js';
import { QueryNumbers } from './query-numbers.js';

const EVENTS_DEFAULT = 100;
const EVENTS_MAX = 1_000;

/** What happened to a portfolio, for those who poll. */
export function eventRoutes(venue: Venue, authorization: Authorization): readonly Route[] {
  const missed = (request: HttpRequest, principal: Principal) => missedEvents(venue, request, principal);
  return [{ method: 'GET', path: '/v1/events', handle: authorization.requiring('read', missed) }];
}

/**
 * The private events of a portfolio after a position, oldest first, exact or refused. Without a position all
 * that are kept; without an epoch the caller vouches that its position is one of the present history.
 */
function missedEvents(venue: Venue, { query }: HttpRequest, principal: Principal): HttpReply {
  const { exchange, feeds } = venue;
  const account = ownAccount(exchange, principal, query.get('portfolioId') ?? undefined);
  if (isRefusal(account)) return errorReply(account.error);
  const { epoch } = exchange;
  const oldest = feeds.private.oldestResumable(account);
  const newest = account.seq;
  const numbers = new QueryNumbers(query);
  const since = numbers.whole('since', oldest, 0, Number.MAX_SAFE_INTEGER);
  const limit = numbers.whole('limit', EVENTS_DEFAULT, 1, EVENTS_MAX);
  if (numbers.errors !== null) return validationReply(numbers.errors, Object.fromEntries(query));
  const isPresent = (query.get('epoch') ?? epoch) === epoch;
  const missed = isPresent ? feeds.private.eventsAfter(account, since) : null;
  if (missed === null) return errorReply('RESUME_UNAVAILABLE', { epoch, oldest, newest });
  const frames: string[] = [];
  for (const event of missed) {
    frames.push(feeds.private.frame(event, event.seq - 1, ''));
    if (frames.length === limit) break;
  }
  return reply(`{"epoch":"${epoch}","oldest":${oldest},"newest":${newest},"events":[${frames.join(',')}]}`);
}
