import { BEGINNING, compareEntryIds, type EntryId, type Journal } from './journal.js';

/**
 * How what a process has applied relates to what the journal holds.
 * - `INTACT`: the next entry read is the next one in history.
 * - `TRIMMED`: entries in between were trimmed, as happens to a process that fell far behind.
 * - `REWOUND`: the journal does not contain what was applied; its history is another one.
 * - `VANISHED`: there is no journal.
 */
export type Continuity = 'INTACT' | 'TRIMMED' | 'REWOUND' | 'VANISHED';

/** Whether a reader that applied everything up to `after` may go on from there. */
export async function continuityAfter(journal: Journal, after: EntryId): Promise<Continuity> {
  const extent = await journal.extent();
  if (extent === null) return 'VANISHED';
  if (after === BEGINNING) return extent.complete ? 'INTACT' : 'TRIMMED';
  const beyond = compareEntryIds(after, extent.last);
  if (beyond === 0) return 'INTACT';
  if (beyond > 0) return 'REWOUND';
  if (extent.first === null || compareEntryIds(after, extent.first) < 0) return 'TRIMMED';
  return (await journal.contains(after)) ? 'INTACT' : 'REWOUND';
}
