import type { Level } from './market.js';

const LEVELS = 10;
const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** The CRC-32 (IEEE) of the best ten levels of a book, as docs/protocol.md describes it. */
export function bookChecksum(bids: readonly Level[], asks: readonly Level[]): number {
  const parts: string[] = [];
  for (let index = 0; index < LEVELS; index++) {
    for (const side of [bids, asks]) {
      const level = side[index];
      if (level !== undefined) parts.push(decimalText(level[0]), decimalText(level[1]));
    }
  }
  return crc32(parts.join(':'));
}

function crc32(ascii: string): number {
  let crc = 0xffffffff;
  for (let index = 0; index < ascii.length; index++) {
    crc = TABLE[(crc ^ ascii.charCodeAt(index)) & 0xff]! ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** A number written in the shortest way, and without the exponent that JavaScript gives small ones. */
function decimalText(value: number): string {
  const text = String(value);
  const [digits = '', exponent] = text.split('e-');
  if (exponent === undefined) return text;
  const [whole = '', fraction = ''] = digits.split('.');
  return `0.${whole.padStart(Number(exponent), '0')}${fraction}`;
}
