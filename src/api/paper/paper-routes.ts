import type { Authorization } from '../../gateway/authorization.js';
import type { Route } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import { accountRoutes } from './account-routes.js';
import { eventRoutes } from './event-routes.js';
import { orderListRoutes } from './order-list-routes.js';
import { orderRoutes } from './order-routes.js';
import { type TokenDesk, tokenRoutes } from './token-routes.js';

/** The Paper family: tokens, orders, accounts, and the events that a poller missed. */
export function paperRoutes(venue: Venue, authorization: Authorization, desk: TokenDesk): readonly Route[] {
  return [
    ...tokenRoutes(desk),
    ...orderRoutes(venue, authorization),
    ...orderListRoutes(venue, authorization),
    ...accountRoutes(authorization),
    ...eventRoutes(venue, authorization),
  ];
}
