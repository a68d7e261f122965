import type { Authorization } from '../../gateway/authorization.js';
import { type FamilyEnvelope, nativeEnvelope } from '../../gateway/envelope.js';
import type { Route } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import { accountRoutes } from './account-routes.js';
import { eventRoutes } from './event-routes.js';
import { orderListRoutes } from './order-list-routes.js';
import { orderRoutes } from './order-routes.js';
import { portfolioRoutes } from './portfolio-routes.js';
import { type TokenDesk, tokenRoutes } from './token-routes.js';

/** The paths of this family, and how it says that something is wrong: the native way. */
export const PAPER_ENVELOPES: readonly FamilyEnvelope[] = [
  '/v1/orders',
  '/v1/accounts',
  '/v1/auth/token',
  '/v1/auth/refresh',
  '/v1/events',
].map((prefix) => ({ prefix, envelope: nativeEnvelope }));

/** The Paper family: tokens, orders, accounts, and the events that a poller missed. */
export function paperRoutes(venue: Venue, authorization: Authorization, desk: TokenDesk): readonly Route[] {
  return [
    ...tokenRoutes(desk),
    ...orderRoutes(venue, authorization),
    ...orderListRoutes(venue, authorization),
    ...accountRoutes(authorization),
    ...portfolioRoutes(venue, authorization),
    ...eventRoutes(venue, authorization),
  ];
}
