import type { Announcer } from './announcer.js';
import type { ExchangeState } from './state.js';

/**
 * Runs what follows from a command by itself, until nothing more does: mark prices are formed anew where a book,
 * an oracle or a last price changed.
 */
export function react(_state: ExchangeState, announcer: Announcer): void {
  let moved = true;
  while (moved) {
    moved = false;
    for (const market of announcer.changedMarkets) {
      if (market.reprice()) moved = true;
    }
  }
}
