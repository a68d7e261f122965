import { strict as assert } from 'node:assert';
import { crc32 } from './crc32.js';

export type Level = readonly [price: number, quantity: number];

/** A frame of a channel `book:<symbol>`. */
export interface BookFrame {
  readonly channel: string;
  readonly type: 'snapshot' | 'delta';
  readonly seq: number;
  readonly prev?: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly checksum: number;
}

const DEPTH_MAX = 100;
const CHECKSUM_LEVELS = 10;

/** A book as a client keeps it, from snapshots and deltas alone. Asserts everything the protocol promises of them. */
export class LocalBook {
  seq = 0;
  private readonly bids = new Map<number, number>();
  private readonly asks = new Map<number, number>();

  apply(frame: BookFrame): void {
    if (frame.type === 'snapshot') {
      this.bids.clear();
      this.asks.clear();
    } else {
      assert.equal(frame.prev, this.seq, `${frame.channel} lost a delta`);
      assert.ok(frame.seq > this.seq, `${frame.channel} went back`);
    }
    this.seq = frame.seq;
    applyLevels(this.bids, frame.bids, frame.type);
    applyLevels(this.asks, frame.asks, frame.type);
    const { bids, asks } = this.levels();
    assert.ok(bids.length <= DEPTH_MAX && asks.length <= DEPTH_MAX, `${frame.channel} is too deep`);
    assert.equal(frame.checksum, checksumOf(bids, asks), `${frame.channel} at ${frame.seq}: checksum`);
  }

  /** Both sides, best first. */
  levels(): { bids: Level[]; asks: Level[] } {
    return {
      bids: [...this.bids].sort(([one], [other]) => other - one),
      asks: [...this.asks].sort(([one], [other]) => one - other),
    };
  }
}

function applyLevels(side: Map<number, number>, levels: readonly Level[], type: BookFrame['type']): void {
  for (const [price, quantity] of levels) {
    if (quantity > 0) side.set(price, quantity);
    else {
      assert.equal(type, 'delta', 'a snapshot has no empty levels');
      assert.ok(side.delete(price), `a level that was not there was removed: ${price}`);
    }
  }
}

function checksumOf(bids: readonly Level[], asks: readonly Level[]): number {
  const parts: number[] = [];
  for (let index = 0; index < CHECKSUM_LEVELS; index++) {
    parts.push(...(bids[index] ?? []), ...(asks[index] ?? []));
  }
  return crc32(parts.join(':'));
}
