import type { AuthorizedHandler } from '../../gateway/authorization.js';
import type { Venue } from '../../gateway/venue.js';
import { checkedBody } from '../request/checked-body.js';
import { errorReply, notFoundReply, outcomeReply } from '../request/reply.js';
import { SETTLE_REQUEST } from './schemas.js';

/** Settles both outcomes of a binary market now, as a test decides. */
export function settlePrediction(venue: Venue): AuthorizedHandler {
  return checkedBody(SETTLE_REQUEST, ({ marketId, outcome }) =>
    outcomeReply(
      venue,
      { kind: 'SETTLE_PREDICTION', marketId, outcome },
      ({ count }) =>
        JSON.stringify({
          marketId,
          outcome,
          settlements: count,
          time: new Date(venue.exchange.time).toISOString(),
        }),
      (error) => (error === 'UNKNOWN_SYMBOL' ? notFoundReply('Market') : errorReply(error)),
    ),
  );
}
