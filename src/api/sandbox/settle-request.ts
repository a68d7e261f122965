import type { Static } from 'typebox';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Venue } from '../../gateway/venue.js';
import { errorReply, notFoundReply, outcomeReply } from '../request/reply.js';
import type { SETTLE_REQUEST } from './schemas.js';

/** Settles both outcomes of a binary market now, as a test decides. */
export function settlePrediction(
  venue: Venue,
  { marketId, outcome }: Static<typeof SETTLE_REQUEST>,
): Promise<HttpReply> {
  return outcomeReply(
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
  );
}
