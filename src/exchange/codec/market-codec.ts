import { houseOrder } from '../house.js';
import { Candles } from '../markets/candles.js';
import { DayStatistics } from '../markets/day-statistics.js';
import { Market } from '../markets/market.js';
import type { ExchangeState } from '../state.js';
import {
  type AccountId,
  BUY,
  type InstrumentId,
  type Lots,
  type Millis,
  type OrderId,
  type PriceMicros,
  type Rate,
  SELL,
  type Side,
  type Ticks,
} from '../units.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { readLevels, writeLevels } from './house-codec.js';
import { readInstrument, writeInstrument } from './instrument-codec.js';
import { readVolume, writeVolume } from './volume-codec.js';

/** Writes a market without its book, for a snapshot. */
export function writeMarket(writer: ByteWriter, market: Market): void {
  writeInstrument(writer, market.instrument);
  writer.uint(market.oracle);
  writer.uint(market.mark);
  writer.uint(market.lastTicks);
  writer.int(market.openInterest);
  writer.uint(market.step);
  writer.bool(market.pinned);
  market.markPrice.encode(writer);
  market.premiums.encode(writer);
  writer.int(market.sourceRate);
  writer.bool(market.heldQuotes !== null);
  if (market.heldQuotes !== null) {
    writeLevels(writer, market.heldQuotes.bids);
    writeLevels(writer, market.heldQuotes.asks);
  }
  writeSettlement(writer, market);
  market.candles.encode(writer);
  market.statistics.encode(writer);
  writeVolume(writer, market.volume);
}

function writeSettlement(writer: ByteWriter, { settlement }: Market): void {
  writer.bool(settlement !== null);
  if (settlement === null) return;
  writer.uint(settlement.price);
  writer.uint(settlement.at);
  writer.uint(settlement.nextAccount);
}

function readSettlement(reader: ByteReader, market: Market): void {
  if (!reader.bool()) return;
  const price = reader.uint() as PriceMicros;
  market.settlement = { price, at: reader.uint() as Millis, nextAccount: reader.uint() as AccountId };
}

export function readMarket(reader: ByteReader, state: ExchangeState, id: InstrumentId): void {
  const market = new Market(id, readInstrument(reader));
  market.oracle = reader.uint() as PriceMicros;
  market.mark = reader.uint() as PriceMicros;
  market.markBefore = market.mark;
  market.lastTicks = reader.uint() as Ticks;
  market.openInterest = reader.int() as Lots;
  market.step = reader.uint();
  market.pinned = reader.bool();
  market.markPrice.decode(reader);
  market.premiums.decode(reader);
  market.sourceRate = reader.int() as Rate;
  if (reader.bool()) market.heldQuotes = { bids: readLevels(reader) ?? [], asks: readLevels(reader) ?? [] };
  readSettlement(reader, market);
  market.candles = Candles.decode(reader, (interval, candle) =>
    market.closedCandles.push({ interval, candle }),
  );
  market.statistics = DayStatistics.decode(reader);
  market.volume.addVolume(readVolume(reader));
  state.markets.push(market);
  state.marketIds.set(market.instrument.symbol, id);
}

/** Each side's orders, worst level first and in the order of their queues: house orders as 0, price and lots. */
export function writeBook(writer: ByteWriter, market: Market): void {
  for (const side of [BUY, SELL] as const) {
    const levels = market.book.levels(side);
    writer.uint(levels.length);
    for (const level of levels) {
      writer.uint(level.ticks);
      for (let order = level.first; order !== null; order = order.queueNext) {
        writer.uint(order.id + 1);
        if (order.id === 0) writer.uint(order.openLots);
      }
      writer.uint(0);
    }
  }
}

/** Puts the orders back in their places. Users' orders must have been read before. */
export function readBook(reader: ByteReader, state: ExchangeState, market: Market): void {
  for (const side of [BUY, SELL] as const) {
    const levelCount = reader.uint();
    for (let index = 0; index < levelCount; index++) readLevel(reader, state, market, side);
  }
}

function readLevel(reader: ByteReader, state: ExchangeState, market: Market, side: Side): void {
  const ticks = reader.uint() as Ticks;
  for (let code = reader.uint(); code !== 0; code = reader.uint()) {
    if (code > 1) {
      market.book.add(state.openOrders.get((code - 1) as OrderId)!);
    } else {
      const order = houseOrder(state, market, side, ticks, reader.uint() as Lots);
      market.book.add(order);
      market.houseOrders(side).set(ticks, order);
    }
  }
}
