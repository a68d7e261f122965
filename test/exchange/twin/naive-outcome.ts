import type { NaiveOrder } from './naive-book.js';

/** What became of a command, as both sides can say it. */
export interface NaiveOutcome {
  readonly error: string | null;
  readonly orderId: number | null;
  readonly count: number;
}

export function answer(error: string | null, order: NaiveOrder | null = null): NaiveOutcome {
  return { error, orderId: order?.id ?? null, count: 0 };
}
