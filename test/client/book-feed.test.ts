import { expect, test } from 'vitest';
import { bookChecksum } from '../../packages/tradewire-client/src/book-checksum.js';
import { BookFeed } from '../../packages/tradewire-client/src/book-feed.js';
import type { ChannelFrame } from '../../packages/tradewire-client/src/session.js';
import { crc32 } from '../support/crc32.js';
import { type Level, LocalBook } from '../support/local-book.js';
import { Random } from '../support/random.js';
import { until } from '../support/until.js';

interface BookFrame extends ChannelFrame {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly checksum: number;
}

/** A book whose source notes what it is asked for. */
function newBook() {
  const asked: string[] = [];
  const book = new BookFeed('BTC', { ask: (channel) => asked.push(channel), leave: () => undefined });
  return { book, asked };
}

function frame(fields: Partial<BookFrame>): BookFrame {
  const { bids = [], asks = [] } = fields;
  const empty = { channel: 'book:BTC', time: 't', data: undefined, seq: 1 };
  return { ...empty, bids, asks, checksum: bookChecksum(bids, asks), ...fields };
}

const SNAPSHOT = frame({ type: 'snapshot', seq: 7, bids: [[99, 1]], asks: [[101, 2]] });

test('the checksums of the documentation', () => {
  const bids: Level[] = [
    [64_249, 2],
    [64_248, 5],
  ];
  const asks: Level[] = [
    [64_251, 2],
    [64_252, 5],
  ];
  expect(bookChecksum(bids, asks)).toBe(503_685_919);
  expect(bookChecksum([[64_249.5, 0.00001]], [])).toBe(3_889_837_772);
  const many = Array.from({ length: 11 }, (_, level): Level => [(10 + level) / 100, level + 1]);
  expect(bookChecksum([[0.00009, 25_000]], many)).toBe(2_977_521_243);
  // JavaScript writes these with exponents.
  expect(bookChecksum([[1e-7, 1.25e-8]], [])).toBe(crc32('0.0000001:0.0000000125'));
});

test('changes are kept in order of price, whatever order they come in', () => {
  const random = new Random(5);
  const { book } = newBook();
  const reference = new LocalBook();
  book.receive(SNAPSHOT);
  reference.apply(SNAPSHOT as never);
  for (let seq = 8; seq < 500; seq++) {
    const { bids, asks } = reference.levels();
    const changes = (side: readonly Level[], from: number): Level[] => {
      const gone = side.length > 3 && random.chance(0.5) ? [[random.pick(side)[0], 0] as Level] : [];
      const price = random.between(from, from + 49);
      return price === gone[0]?.[0] ? gone : [...gone, [price, random.between(1, 9)]];
    };
    const next = { bids: changes(bids, 50), asks: changes(asks, 101) };
    const apply = (side: readonly Level[], change: readonly Level[], sign: 1 | -1) => {
      const levels = new Map([...side, ...change]);
      return [...levels].filter(([, quantity]) => quantity > 0).sort(([one], [two]) => sign * (one - two));
    };
    const checksum = bookChecksum(apply(bids, next.bids, -1), apply(asks, next.asks, 1));
    const delta = frame({ type: 'delta', seq, prev: seq - 1, ...next, checksum });
    book.receive(delta);
    reference.apply(delta as never);
    expect([book.bids, book.asks]).toEqual(Object.values(reference.levels()));
  }
  expect(book.isCurrent).toBe(true);
});

test.each([
  ['a frame is missing', frame({ type: 'delta', seq: 9, prev: 8, bids: [[98, 1]] })],
  ['a checksum is another', frame({ type: 'delta', seq: 8, prev: 7, bids: [[98, 1]], checksum: 1 })],
])('a book is fetched anew when %s', async (_, wrong) => {
  const { book, asked } = newBook();
  book.receive(SNAPSHOT);
  book.receive(wrong);
  expect(book.isCurrent).toBe(false);
  // What is still under way of the old one changes nothing.
  book.receive(frame({ type: 'delta', seq: 10, prev: 9, bids: [[97, 1]] }));
  await until('it is asked for', () => asked.length === 1);
  book.receive({ ...SNAPSHOT, seq: 20 });
  expect(book).toMatchObject({ isCurrent: true, seq: 20, bids: [[99, 1]] });
});

test('a loop sees the book as it is by then, and waits while it is not current', async () => {
  const { book } = newBook();
  const seen: number[] = [];
  const loop = (async () => {
    for await (const { seq } of book) seen.push(seq);
  })();
  book.receive(SNAPSHOT);
  await until('the first is seen', () => seen.length === 1);
  for (const seq of [8, 9]) {
    const change = { bids: [], asks: [], checksum: SNAPSHOT.checksum };
    book.receive(frame({ type: 'delta', seq, prev: seq - 1, ...change }));
  }
  book.lose();
  book.receive({ ...SNAPSHOT, seq: 12 });
  await until('the last is seen', () => seen.at(-1) === 12);
  book.end(null);
  await loop;
  expect(seen).toEqual([7, 12]);
});
