import type { PastEvents } from '../../gateway/channels/past-events.js';
import type { Venue } from '../../gateway/venue.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { accountRoutes } from './polymarket-account.js';
import { marketRoutes } from './polymarket-markets.js';
import { orderRoutes } from './polymarket-orders.js';
import { type HasCredentials, PolymarketTrading } from './polymarket-trading.js';

/** Prediction markets: reading them, and trading their outcomes. */
export function polymarketRoutes(
  family: Family,
  venue: Venue,
  past: PastEvents,
  hasCredentials: HasCredentials,
): readonly Endpoint[] {
  const trading = new PolymarketTrading(family, venue, past, hasCredentials);
  return [...marketRoutes(family, venue), ...orderRoutes(trading), ...accountRoutes(trading)];
}
