import { Type } from 'typebox';
import { BOOK_DEPTH_MAX } from '../../../gateway/channels/book-depth.js';
import { ACCOUNT, CONFIGURE_REQUEST } from '../../request/account-schema.js';
import { count } from '../../request/answer-schema.js';
import { oneOf, signedDecimal, wholeNumber } from '../../request/fields.js';
import { PROTECT_REQUEST, symbolField } from '../../request/order-schema.js';
import { levels, MARKET } from './market.js';
import type { MethodSpec } from './method-spec.js';
import { ORDER } from './order.js';
import { marginMode, POSITION } from './portfolio.js';

const NOTHING = Type.Object({}, { additionalProperties: false });

const ADJUST_REQUEST = Type.Object(
  { symbol: symbolField, amount: signedDecimal('amount') },
  { additionalProperties: false },
);

const LEVERAGE_REQUEST = Type.Object(
  {
    symbol: symbolField,
    leverage: Type.Integer({
      minimum: 1,
      maximum: 1_000,
      fault: 'leverage must be a whole number from 1 on',
    }),
    marginMode: oneOf('marginMode', ['CROSS', 'ISOLATED']),
  },
  { additionalProperties: false },
);

const BOOK_QUERY = Type.Object(
  { symbol: symbolField, depth: Type.Optional(wholeNumber('depth', 1, BOOK_DEPTH_MAX)) },
  { additionalProperties: false },
);

const ACCOUNT_RESULT = Type.Object({ account: ACCOUNT });

/** The methods about positions, the account and how they are margined, and about markets. */
export const PORTFOLIO_SPECS = {
  'position.list': {
    scope: 'read',
    summary: 'The open positions',
    params: NOTHING,
    result: Type.Object({ positions: Type.Array(POSITION) }),
    example: {},
  },
  'position.protect': {
    scope: 'trade',
    summary: 'Sets the take profit and the stop loss of a position; null removes one',
    params: PROTECT_REQUEST,
    result: Type.Object({ orders: Type.Array(ORDER) }),
    example: { symbol: 'BTC', stopLoss: { triggerPrice: 60_000 }, takeProfit: null },
  },
  'account.get': {
    scope: 'read',
    summary: 'The account',
    params: NOTHING,
    result: ACCOUNT_RESULT,
    example: {},
  },
  'account.configure': {
    scope: 'trade',
    summary: 'Chooses the type of the portfolio and the broker whose commissions it pays',
    params: CONFIGURE_REQUEST,
    result: ACCOUNT_RESULT,
    example: { portfolioType: 'MARGIN' },
  },
  'leverage.set': {
    scope: 'trade',
    summary: 'Sets the leverage and the margin mode of an instrument',
    params: LEVERAGE_REQUEST,
    result: Type.Object({ symbol: Type.String(), leverage: Type.Integer(), marginMode }),
    example: { symbol: 'BTC', leverage: 10, marginMode: 'ISOLATED' },
  },
  'margin.adjust': {
    scope: 'trade',
    summary: 'Adds to the margin of an isolated position, or takes from it',
    params: ADJUST_REQUEST,
    result: Type.Object({ position: POSITION }),
    example: { symbol: 'BTC', amount: -100 },
  },
  'market.list': {
    scope: 'read',
    summary: 'The instruments',
    params: NOTHING,
    result: Type.Object({ markets: Type.Array(MARKET) }),
    example: {},
  },
  'book.get': {
    scope: 'read',
    summary: 'The best levels of a book',
    params: BOOK_QUERY,
    result: Type.Object({ bids: levels, asks: levels, seq: count }),
    example: { symbol: 'BTC', depth: 5 },
  },
} as const satisfies Readonly<Record<string, MethodSpec>>;
