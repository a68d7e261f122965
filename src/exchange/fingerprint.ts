import type { PlaceOrder } from './command.js';

/**
 * A number by which two requests with the same `clientOrderId` are told apart: two mixed lanes of 26 bits, so
 * that it stays a safe integer. Everything that shapes the order takes part, names excepted.
 */
export function fingerprint(command: PlaceOrder): number {
  const parts = [
    command.instrument,
    command.side,
    command.type.charCodeAt(0),
    command.timeInForce.charCodeAt(0),
    command.lots % 0x1_0000_0000,
    Math.floor(command.lots / 0x1_0000_0000),
    command.ticks % 0x1_0000_0000,
    Math.floor(command.ticks / 0x1_0000_0000),
    command.postOnly ? 1 : 0,
    command.reduceOnly ? 1 : 0,
  ];
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (const part of parts) {
    low = Math.imul(low ^ part, 0x01000193);
    high = Math.imul(high ^ part ^ (low >>> 15), 0x85ebca6b);
  }
  return (high >>> 6) * 0x400_0000 + (low >>> 6);
}
