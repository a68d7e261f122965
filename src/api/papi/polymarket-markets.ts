import { type Static, Type } from 'typebox';
import type { Venue } from '../../gateway/venue.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { reply } from '../request/reply.js';
import { binaryMarkets, findBinaryMarket } from './binary-markets.js';
import { marketView } from './polymarket-market-view.js';
import { MARKET, MARKETS_QUERY } from './polymarket-schemas.js';

type MarketsQuery = Static<typeof MARKETS_QUERY>;
type MarketView = Static<typeof MARKET>;

/** The binary markets, for everybody who may read. */
export function marketRoutes(family: Family, venue: Venue): readonly Endpoint[] {
  return [
    family.closed(
      {
        method: 'GET',
        path: '/polymarket/markets',
        summary: 'List binary markets; the next page begins behind the market_id in pagination_key',
        access: 'read',
        query: MARKETS_QUERY,
        answers: {
          200: { description: 'The markets', schema: Type.Array(MARKET) },
          400: { description: 'A parameter is not valid' },
        },
      },
      ({ query }) => {
        const { exchange } = venue;
        const views = binaryMarkets(exchange).map((market) => marketView(exchange, market));
        const start = startOf(views, query);
        if (start === null) return family.refusal(400, 'pagination_key must be the market_id of a market');
        const found = views.slice(start).filter((view) => matches(view, query));
        return reply(JSON.stringify(found.slice(0, query.limit)));
      },
    ),
    family.closed(
      {
        method: 'GET',
        path: '/polymarket/markets/:marketId',
        summary: 'One binary market',
        access: 'read',
        answers: {
          200: { description: 'The market', schema: MARKET },
          404: { description: 'There is no such market' },
        },
      },
      ({ params }) => {
        const market = findBinaryMarket(venue.exchange, params.marketId);
        if (market === undefined) return family.refusal(404, 'Market not found');
        return reply(JSON.stringify(marketView(venue.exchange, market)));
      },
    ),
  ];
}

/** The place behind the last market of the page before; null when there is no such market. */
function startOf(views: readonly MarketView[], { pagination_key: key }: MarketsQuery): number | null {
  if (key === undefined) return 0;
  const place = views.findIndex(({ market_id }) => market_id === key);
  return place === -1 ? null : place + 1;
}

/** A market is found by any of the tags, separated by commas, and by what its texts contain. */
function matches(
  { title, description, slug, status, tags }: MarketView,
  { search, status: wanted, tags: wantedTags }: MarketsQuery,
): boolean {
  if (wanted !== undefined && status !== wanted) return false;
  if (
    wantedTags !== undefined &&
    !wantedTags.split(',').some((tag) => tags.includes(tag.trim().toLowerCase()))
  ) {
    return false;
  }
  const text = `${title}\n${description}\n${slug}`.toLowerCase();
  return search === undefined || text.includes(search.toLowerCase());
}
