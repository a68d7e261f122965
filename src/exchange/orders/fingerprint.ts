import type { PlaceOrder } from '../command.js';
import { ORDER_TYPES, TIMES_IN_FORCE } from './order.js';
import type { Exit } from './trigger.js';

/**
 * A number by which two requests with the same `clientOrderId` are told apart: two mixed lanes of 26 bits, so
 * that it stays a safe integer. Everything that shapes the order takes part, names excepted.
 */
export function fingerprint(command: PlaceOrder): number {
  const parts = [
    command.instrument,
    command.side,
    ORDER_TYPES.indexOf(command.type),
    TIMES_IN_FORCE.indexOf(command.timeInForce),
    command.lots % 0x1_0000_0000,
    Math.floor(command.lots / 0x1_0000_0000),
    command.ticks % 0x1_0000_0000,
    Math.floor(command.ticks / 0x1_0000_0000),
    command.postOnly ? 1 : 0,
    command.reduceOnly ? 1 : 0,
  ];
  const { expiresAt, trigger, exits } = command;
  if (expiresAt > 0 || trigger !== null || exits !== null) parts.push(...rarerParts(command));
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (const part of parts) {
    low = Math.imul(low ^ part, 0x01000193);
    high = Math.imul(high ^ part ^ (low >>> 15), 0x85ebca6b);
  }
  return (high >>> 6) * 0x400_0000 + (low >>> 6);
}

/** What plain orders, of which there are many, do not have. */
function rarerParts({ expiresAt, trigger, exits }: PlaceOrder): readonly number[] {
  return [
    ...halves(expiresAt),
    ...halves(trigger?.ticks ?? 0),
    ...halves(trigger?.trailTicks ?? 0),
    ...halves(trigger?.trailPpm ?? 0),
    ...exitParts(exits?.takeProfit ?? null),
    ...exitParts(exits?.stopLoss ?? null),
  ];
}

function exitParts(exit: Exit | null): readonly number[] {
  return [...halves(exit?.ticks ?? 0), ...halves(exit?.limitTicks ?? 0)];
}

/** A safe integer as two parts of 32 bits. */
function halves(value: number): readonly number[] {
  return [value % 0x1_0000_0000, Math.floor(value / 0x1_0000_0000)];
}
