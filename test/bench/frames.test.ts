import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader, FrameWriter, TEXT } from '../../bench/frames.js';

/** What a server sends: unmasked text frames, one after another. */
function serverFrames(texts: readonly string[]): Buffer {
  return Buffer.concat(texts.map((text) => Buffer.concat([serverHeader(text.length), Buffer.from(text)])));
}

function serverHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([0x81, length]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header.writeUInt16BE(length < 65_536 ? 0x817e : 0x817f);
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

const text = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 300 }),
  fc.constantFrom(125, 126, 65_535, 65_536, 200_000).map((length) => 'x'.repeat(length)),
);

test('frames are found wherever the stream is cut', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 70_000 }), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), cuts, (texts, sizes) => {
      const received: string[] = [];
      const reader = new FrameReader((opcode, bytes, start, end) => {
        expect(opcode).toBe(TEXT);
        received.push(bytes.toString('latin1', start, end));
      });
      let rest = serverFrames(texts);
      for (const size of sizes) {
        reader.push(rest.subarray(0, size));
        rest = rest.subarray(size);
      }
      reader.push(rest);
      expect(received).toEqual(texts);
    }),
    { numRuns: 200 },
  );
});

test('what is written is masked, and the same when unmasked', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
      const writer = new FrameWriter();
      for (const each of texts) writer.append(each);
      expect(unmasked(writer.take())).toEqual(texts);
      expect(writer.isEmpty).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('a fragmented message is refused', () => {
  const reader = new FrameReader(() => undefined);
  expect(() => reader.push(Buffer.from([0x01, 1, 65]))).toThrow('fragmented');
});

function unmasked(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]).toBe(0x81);
    expect(bytes[at + 1]! & 0x80).toBe(0x80);
    let length = bytes[at + 1]! & 0x7f;
    let maskAt = at + 2;
    if (length === 126) {
      length = bytes.readUInt16BE(at + 2);
      maskAt = at + 4;
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(at + 2));
      maskAt = at + 10;
    }
    const payload = bytes.subarray(maskAt + 4, maskAt + 4 + length);
    const plain = payload.map((byte, index) => byte ^ bytes[maskAt + (index & 3)]!);
    texts.push(Buffer.from(plain).toString('latin1'));
    at = maskAt + 4 + length;
  }
  return texts;
}
