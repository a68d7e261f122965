import type { CancelAll } from '../../exchange/command.js';
import type { Venue } from '../../gateway/venue.js';
import type { Refusal } from './order-faults.js';

/** Cancels the open orders of several portfolios or instruments at once, and tells how many there were. */
export async function cancelAll(
  venue: Venue,
  places: readonly Pick<CancelAll, 'account' | 'instrument'>[],
): Promise<{ readonly canceled: number } | Refusal> {
  const outcomes = await Promise.all(places.map((place) => venue.execute({ kind: 'CANCEL_ALL', ...place })));
  for (const { error } of outcomes) if (error !== null) return { error };
  return { canceled: outcomes.reduce((sum, { count }) => sum + count, 0) };
}
