import type { Authorization } from '../../gateway/authorization.js';
import type { Route } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Family } from '../family/family.js';
import { accountRoutes } from './account-routes.js';
import { eventRoutes } from './event-routes.js';
import { orderListRoutes } from './order-list-routes.js';
import { orderRoutes } from './order-routes.js';
import { portfolioRoutes } from './portfolio-routes.js';
import { type TokenDesk, tokenRoutes } from './token-routes.js';

/** The Paper family: tokens, orders, accounts, and the events that a poller missed. */
export function paperRoutes(
  family: Family,
  venue: Venue,
  authorization: Authorization,
  desk: TokenDesk,
): readonly Route[] {
  return [
    ...tokenRoutes(family, desk),
    ...orderRoutes(venue, authorization),
    ...orderListRoutes(venue, authorization),
    ...accountRoutes(authorization),
    ...portfolioRoutes(venue, authorization),
    ...eventRoutes(venue, authorization),
  ];
}
