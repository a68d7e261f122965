import type { Market } from '../../exchange/markets/market.js';
import { BUY, type Lots, SELL, type Side, type Ticks } from '../../exchange/units.js';
import { price, quantity } from '../views/amounts.js';
import { crc32 } from './crc32.js';

/** How many levels a side are published. */
export const BOOK_DEPTH_MAX = 100;
/** How many levels a side the checksum covers. */
const CHECKSUM_LEVELS = 10;

export interface DepthLevel {
  readonly ticks: Ticks;
  readonly lots: Lots;
}

/** Both sides of a book, best first. */
export interface BookDepth {
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
}

export const EMPTY_DEPTH: BookDepth = { bids: [], asks: [] };

export function bookDepth(market: Market, levelsMax: number): BookDepth {
  return { bids: sideDepth(market, BUY, levelsMax), asks: sideDepth(market, SELL, levelsMax) };
}

function sideDepth(market: Market, side: Side, levelsMax: number): DepthLevel[] {
  const levels = market.book.levels(side);
  const depth: DepthLevel[] = [];
  for (let index = levels.length - 1; index >= 0 && depth.length < levelsMax; index--) {
    const { ticks, lots } = levels[index]!;
    depth.push({ ticks, lots });
  }
  return depth;
}

/** The levels of one side that differ, with 0 lots for those that are gone. */
export function depthChanges(
  side: Side,
  before: readonly DepthLevel[],
  after: readonly DepthLevel[],
): DepthLevel[] {
  const changes: DepthLevel[] = [];
  let old = 0;
  let now = 0;
  while (old < before.length || now < after.length) {
    const was = before[old];
    const is = after[now];
    if (is === undefined || (was !== undefined && side * was.ticks > side * is.ticks)) {
      changes.push({ ticks: was!.ticks, lots: 0 as Lots });
      old += 1;
    } else if (was === undefined || side * is.ticks > side * was.ticks) {
      changes.push(is);
      now += 1;
    } else {
      if (was.lots !== is.lots) changes.push(is);
      old += 1;
      now += 1;
    }
  }
  return changes;
}

/** `[[price,quantity],…]` as JSON text. */
export function levelsText(market: Market, levels: readonly DepthLevel[]): string {
  const texts = levels.map(({ ticks, lots }) => `[${price(market, ticks)},${quantity(market, lots)}]`);
  return `[${texts.join(',')}]`;
}

/** CRC-32 of `bidPrice:bidQty:askPrice:askQty:…` over the best ten levels; a missing side is skipped. */
export function depthChecksum(market: Market, depth: BookDepth): number {
  const parts: string[] = [];
  for (let index = 0; index < CHECKSUM_LEVELS; index++) {
    for (const level of [depth.bids[index], depth.asks[index]]) {
      if (level !== undefined) parts.push(price(market, level.ticks), quantity(market, level.lots));
    }
  }
  return crc32(parts.join(':'));
}
