import { type TProperties, type TSchema, Type } from 'typebox';
import { CANDLE_INTERVALS } from '../../../exchange/markets/candles.js';
import { count, instant, orNull } from '../../request/answer-schema.js';
import type { ChannelSpec, FrameSpec } from './frame-spec.js';
import { CANDLE, levels, TICKER, TRADE } from './market.js';

const TIME = '2026-11-22T02:35:51.047Z';

const SYMBOL = { symbol: { description: 'The symbol of an instrument.' } };

const BOOK_FIELDS = {
  time: instant,
  bids: levels,
  asks: levels,
  checksum: Type.Integer({ description: 'CRC-32 of the best 10 levels, after this frame.' }),
};

const TICKER_EXAMPLE = {
  symbol: 'BTC',
  bid: 64_249,
  ask: 64_251,
  last: 64_251,
  mark: 64_250,
  oracle: 64_250,
  fundingRate: 0.0000125,
  nextFundingTime: '2026-11-22T03:00:00.000Z',
  openInterest: 0.25,
  volume24h: 0.25,
  change24h: 0,
};

const CANDLE_EXAMPLE = {
  start: '2026-11-22T02:35:00.000Z',
  open: 64_251,
  high: 64_251,
  low: 64_249,
  close: 64_249,
  volume: 0.5,
  trades: 2,
  closed: false,
};

const TRADE_EXAMPLE = { tradeId: 2, price: 64_249, quantity: 0.25, side: 'SELL', time: TIME };

/** The public channels, by the first part of their names. */
export const PUBLIC_CHANNEL_SPECS = {
  book: channel('book', 'The best 100 levels of each side of a book.', [
    frame('bookSnapshot', 'The whole book, which replaces what was known of it', 'book:BTC', {
      type: Type.Literal('snapshot'),
      seq: count,
      ...BOOK_FIELDS,
    })({ type: 'snapshot', seq: 900, bids: [[64_249, 2]], asks: [[64_251, 1.75]], checksum: 1904359703 }),
    frame('bookDelta', 'The levels that changed', 'book:BTC', {
      type: Type.Literal('delta'),
      seq: count,
      prev: count,
      ...BOOK_FIELDS,
    })({ type: 'delta', seq: 901, prev: 900, bids: [[64_249, 0]], asks: [], checksum: 2591718046 }),
  ]),
  trades: channel('trades', 'All trades.', [
    change('trades', 'Trades', 'trades:BTC', Type.Array(TRADE), [TRADE_EXAMPLE]),
  ]),
  ticker: channel('ticker', 'What is known of an instrument, at most every 100 ms.', [
    state('ticker', 'The present state', 'ticker:BTC', TICKER, TICKER_EXAMPLE),
    change('ticker', 'The state after a change', 'ticker:BTC', TICKER, TICKER_EXAMPLE),
  ]),
  candles: {
    name: 'candles',
    address: 'candles:{symbol}:{interval}',
    description:
      'The running candle with new trades, at most every 100 ms, and each once more when it is closed.',
    parameters: {
      ...SYMBOL,
      interval: { description: 'How long a candle runs.', enum: [...CANDLE_INTERVALS] },
    },
    frames: [
      state(
        'candles',
        'The running candle, if there is one',
        'candles:BTC:1m',
        orNull(CANDLE),
        CANDLE_EXAMPLE,
      ),
      change('candles', 'A candle after new trades', 'candles:BTC:1m', CANDLE, CANDLE_EXAMPLE),
    ],
  },
} as const satisfies Readonly<Record<string, ChannelSpec>>;

function channel(name: string, description: string, frames: readonly FrameSpec[]): ChannelSpec {
  return { name, address: `${name}:{symbol}`, description, parameters: SYMBOL, frames };
}

/** `seq` is a position in the venue's journal, `prev` that of the channel's frame before. */
function change(kind: string, summary: string, name: string, data: TSchema, example: object): FrameSpec {
  const fields = { seq: count, prev: count, time: instant, data };
  return frame(`${kind}Update`, summary, name, fields)({ seq: 901, prev: 900, data: example });
}

function state(kind: string, summary: string, name: string, data: TSchema, example: object): FrameSpec {
  const fields = { type: Type.Literal('snapshot'), seq: count, time: instant, data };
  return frame(`${kind}Snapshot`, summary, name, fields)({ type: 'snapshot', seq: 900, data: example });
}

/** `channel` is an example of the channel's name. */
function frame(name: string, summary: string, channel: string, fields: TProperties) {
  const kind = channel.slice(0, channel.indexOf(':'));
  const schema = Type.Object({ channel: Type.String({ pattern: `^${kind}:` }), ...fields });
  return (example: object): FrameSpec => ({
    name,
    summary,
    schema,
    example: { channel, time: TIME, ...example },
  });
}
