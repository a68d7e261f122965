import { randomUUID } from 'node:crypto';
import type { ArchivedEvent } from '../../src/archive/archived-event.js';
import { packChunk } from '../../src/archive/chunk-codec.js';
import type { PortfolioChunk } from '../../src/archive/page.js';
import type { Millis } from '../../src/exchange/units.js';

export const DAY_MS = 86_400_000;
export const NOW = Date.UTC(2026, 0, 5, 15) as Millis;
export const PORTFOLIO: string = randomUUID();

/** An event of a portfolio, told at a time that grows with its number. */
export function event(seq: number, differences: Partial<ArchivedEvent> = {}): ArchivedEvent {
  return { channel: 'orders', seq, time: (NOW + seq) as Millis, data: `{"seq":${seq}}`, ...differences };
}

/** Those from one number to another. */
export function events(from: number, to: number, differences: Partial<ArchivedEvent> = {}): ArchivedEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => event(from + index, differences));
}

export function chunkOf(
  some: readonly ArchivedEvent[],
  { portfolioId = PORTFOLIO, historyMs = 90 * DAY_MS } = {},
): PortfolioChunk {
  const lasting = some.filter(({ channel }) => channel === 'funding' || channel === 'liquidations');
  return { portfolioId, chunk: packChunk(some), lasting, historyMs };
}

export function seqsOf(some: readonly ArchivedEvent[]): number[] {
  return some.map(({ seq }) => seq);
}

/** The numbers from one to another. */
export function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
