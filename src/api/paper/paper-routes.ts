import type { PrivateHistory } from '../../gateway/channels/private-history.js';
import type { Venue } from '../../gateway/venue.js';
import type { UserStore } from '../../identity/people/users-redis.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import type { EventSessions } from '../request/event-stream.js';
import { OrderHistory } from '../request/order-history.js';
import { accountRoutes } from './account-routes.js';
import { accountStreamRoutes } from './account-stream-routes.js';
import { eventRoutes } from './event-routes.js';
import { orderListRoutes } from './order-list-routes.js';
import { orderRoutes } from './order-routes.js';
import { portfolioRoutes } from './portfolio-routes.js';
import { type TokenDesk, tokenRoutes } from './token-routes.js';

/** The Paper family: tokens, orders, accounts, and the events that a poller missed. */
export function paperRoutes(
  family: Family,
  venue: Venue,
  history: PrivateHistory,
  sessions: EventSessions,
  users: UserStore,
  desk: TokenDesk,
): readonly Endpoint[] {
  const orders = new OrderHistory(venue, history.past);
  return [
    ...tokenRoutes(family, desk),
    ...orderRoutes(family, venue, orders),
    ...orderListRoutes(family, venue, orders),
    ...accountRoutes(family, venue, users),
    ...portfolioRoutes(family, venue),
    ...eventRoutes(family, venue, history, sessions),
    ...accountStreamRoutes(family, venue, history, sessions),
  ];
}
