import { ExtData, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessagePack } from '../../../src/gateway/frames/message-pack.js';
import { isJsonLike } from '../../../src/gateway/frames/message-pack-shape.js';

const DEPTH_MAX = 32;
const codec = new MessagePack(DEPTH_MAX);

function decoded(...bytes: readonly (number | Uint8Array)[]): string | null {
  const parts = bytes.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part));
  const whole = Uint8Array.from(Buffer.concat(parts));
  return codec.decode(whole.buffer);
}

test('whatever JSON can say comes through both ways', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes('"__proto__"'));
      const { content } = codec.encode(text, false);
      expect(decoded(content as Uint8Array)).toBe(text);
    }),
  );
});

test('no bytes do anything but become JSON text or be refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const text = decoded(bytes);
      if (text !== null) JSON.parse(text);
      else expect(isJsonLike(Buffer.from(bytes), DEPTH_MAX)).toBe(false);
    }),
    { numRuns: 20_000, examples: [[Uint8Array.of(0x81, 0xa1, 0x61, 0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0)]] },
  );
});

test('every way to write lengths and numbers is read', () => {
  expect(decoded(0xd9, 1, 0x61)).toBe('"a"');
  expect(decoded(0xda, 0, 1, 0x61)).toBe('"a"');
  expect(decoded(0xdb, 0, 0, 0, 1, 0x61)).toBe('"a"');
  expect(decoded(0xdc, 0, 1, 0x07)).toBe('[7]');
  expect(decoded(0xdd, 0, 0, 0, 1, 0x07)).toBe('[7]');
  expect(decoded(0xde, 0, 1, 0xa1, 0x61, 0xcc, 200)).toBe('{"a":200}');
  expect(decoded(0xdf, 0, 0, 0, 1, 0xda, 0, 1, 0x61, 0xd1, 0xff, 0xfe)).toBe('{"a":-2}');
});

test.each([
  ['nothing', []],
  ['two values', [0x01, 0x02]],
  ['an end in the middle of a number', [0xcb, 0, 0]],
  ['an end in the middle of a text', [0xa5, 0x61]],
  ['an end in the middle of a length', [0xdd, 0xff]],
  ['a list that claims four billion elements', [0xdd, 0xff, 0xff, 0xff, 0xff]],
  ['a map that claims four billion entries', [0xdf, 0xff, 0xff, 0xff, 0xff]],
  ['a text that claims four billion bytes', [0xdb, 0xff, 0xff, 0xff, 0xff]],
  ['binary', [encode(Uint8Array.of(1, 2))]],
  ['a timestamp', [encode(new Date())]],
  ['an extension', [encode(new ExtData(5, Uint8Array.of(1)))]],
  ['a fixed extension', [0xd4, 5, 1]],
  ['a type that does not exist', [0xc1]],
  ['a key that is a number', [0x81, 0x01, 0x02]],
  ['a key that is a list', [0x81, 0x90, 0x02]],
  ['a key without a value', [0x81, 0xa1, 0x61]],
  ['the key __proto__', [0x81, 0xa9, Buffer.from('__proto__'), 0x80]],
])('%s is refused', (_what, bytes: readonly (number | Uint8Array)[]) => {
  expect(decoded(...bytes)).toBeNull();
});

test('what is nested too deeply is refused before anything is made of it', () => {
  const nested = (depth: number) => [new Uint8Array(depth).fill(0x91), 0x01];
  expect(decoded(...nested(DEPTH_MAX))).not.toBeNull();
  expect(decoded(...nested(DEPTH_MAX + 1))).toBeNull();
  expect(decoded(...nested(200_000))).toBeNull();
  // Each claims 65,535 elements, and together they would take gigabytes.
  const claims = Array.from({ length: 20_000 }, () => Uint8Array.of(0xdc, 0xff, 0xff));
  expect(decoded(...claims)).toBeNull();
});

test('a public frame is encoded once for all who get it, and only such a one may be compressed', () => {
  const frame = JSON.stringify({ channel: 'book:BTC', bids: Array.from({ length: 100 }, (_, n) => [n, 1]) });
  const forOne = codec.encode(frame, true);
  expect(codec.encode(frame, true)).toBe(forOne);
  expect([forOne.isCompressible, codec.encode(frame, false).isCompressible]).toEqual([true, false]);
});
