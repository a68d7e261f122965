import type { CancelAll } from '../../exchange/command.js';
import type { Outcome } from '../../exchange/outcome.js';
import type { CommandDesk } from '../../gateway/charging/guarded-commands.js';
import type { Refusal } from './order-faults.js';

/** Cancels the open orders of several portfolios or instruments at once, and tells how many there were. */
export async function cancelAll(
  desk: CommandDesk,
  places: readonly Pick<CancelAll, 'account' | 'instrument'>[],
): Promise<{ readonly canceled: number } | Refusal> {
  const sent = places.map(
    (place) => new Promise<Outcome>((resolve) => desk.submit({ kind: 'CANCEL_ALL', ...place }, resolve)),
  );
  const outcomes = await Promise.all(sent);
  for (const { error } of outcomes) if (error !== null) return { error };
  return { canceled: outcomes.reduce((sum, { count }) => sum + count, 0) };
}
