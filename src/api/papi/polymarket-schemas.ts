import { type Static, Type } from 'typebox';
import { instant, orNull, uuid } from '../request/answer-schema.js';
import { NO_OBJECT, oneOf, positiveDecimal, wholeNumber } from '../request/fields.js';

/** How many entries a list has unless it is asked for more, and at most. */
const LIST_LIMIT = 100;
const LIST_LIMIT_MAX = 500;
const TEXT_LENGTH_MAX = 200;

const MARKET_STATUSES = ['open', 'closed'] as const;
const ORDER_STATUS_NAMES = ['open', 'pending', 'filled', 'canceled', 'rejected', 'expired'] as const;
export type OrderStatusName = (typeof ORDER_STATUS_NAMES)[number];

const decimal = () => Type.String({ description: 'A decimal' });
const text = (field: string) =>
  Type.String({
    minLength: 1,
    maxLength: TEXT_LENGTH_MAX,
    fault: `${field} must be a text of 1 to ${TEXT_LENGTH_MAX} characters`,
  });
const limit = wholeNumber('limit', 1, LIST_LIMIT_MAX, { default: LIST_LIMIT });

export const MARKETS_QUERY = Type.Object({
  limit,
  search: Type.Optional(text('search')),
  pagination_key: Type.Optional(text('pagination_key')),
  status: Type.Optional(oneOf('status', MARKET_STATUSES)),
  tags: Type.Optional(text('tags')),
});

/** A binary market as this family shows it. */
export const MARKET = Type.Object({
  market_id: Type.String(),
  event_id: Type.String(),
  title: Type.String(),
  description: Type.String(),
  slug: Type.String(),
  outcomes: Type.Array(
    Type.Object({
      outcome_id: Type.String(),
      label: Type.String(),
      price: orNull(decimal()),
      price_change_24h: orNull(decimal()),
    }),
  ),
  resolution_date: instant,
  volume_24h: decimal(),
  volume_total: decimal(),
  liquidity: decimal(),
  open_interest: orNull(decimal()),
  url: Type.String(),
  image: orNull(Type.String()),
  status: oneOf('status', MARKET_STATUSES),
  category: Type.String(),
  tags: Type.Array(Type.String()),
  tick_size: decimal(),
  exchange: Type.String(),
});

export const ORDER_BODY = Type.Object(
  {
    market_id: text('market_id'),
    outcome_id: text('outcome_id'),
    side: oneOf('side', ['buy', 'sell']),
    order_type: oneOf('order_type', ['limit', 'market']),
    amount: positiveDecimal('amount'),
    price: Type.Optional(positiveDecimal('price')),
    time_in_force: Type.Optional(oneOf('time_in_force', ['GTC', 'IOC', 'FOK'])),
  },
  { additionalProperties: false, ...NO_OBJECT },
);
export type OrderBody = Static<typeof ORDER_BODY>;

export const ORDERS_QUERY = Type.Object({
  limit,
  market_id: Type.Optional(text('market_id')),
  status: Type.Optional(oneOf('status', ORDER_STATUS_NAMES)),
});

export const CANCEL_QUERY = Type.Object({ market_id: Type.Optional(text('market_id')) });

/** An order in a prediction. */
export const ORDER = Type.Object({
  id: uuid,
  market_id: Type.String(),
  outcome_id: Type.String(),
  side: oneOf('side', ['buy', 'sell']),
  order_type: oneOf('order_type', ['limit', 'market']),
  price: orNull(decimal()),
  amount: decimal(),
  status: oneOf('status', ORDER_STATUS_NAMES),
  filled: decimal(),
  remaining: decimal(),
  timestamp: instant,
  fee: orNull(decimal()),
  time_in_force: Type.String(),
});

export const CANCELED = Type.Object({ canceled: Type.Integer() });

export const POSITION = Type.Object({
  market_id: Type.String(),
  outcome_id: Type.String(),
  label: Type.String(),
  size: decimal(),
  average_price: decimal(),
  current_price: orNull(decimal()),
  value: decimal(),
  unrealized_pnl: decimal(),
  realized_pnl: decimal(),
});

export const BALANCE = Type.Object({
  currency: Type.Literal('USD'),
  available: decimal(),
  positions_value: decimal(),
  total: decimal(),
});
