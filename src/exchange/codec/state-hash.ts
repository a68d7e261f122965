import type { Exchange } from '../exchange.js';
import { encodeSnapshot } from './snapshot.js';

/**
 * A fingerprint of the whole replicated state: 16 hexadecimal digits, equal on all processes at the same
 * position of the journal. Two lanes of FNV-1a over the snapshot; not meant to resist an attacker.
 */
export function stateHash(exchange: Exchange): string {
  return hashBytes(encodeSnapshot(exchange));
}

function hashBytes(bytes: Uint8Array): string {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte ^ (low >>> 24), 0x85ebca6b);
  }
  return hex(high) + hex(low);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
