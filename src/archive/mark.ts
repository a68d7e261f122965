import type { Millis } from '../exchange/units.js';
import type { EntryId } from '../journal/journal.js';

/** How far the archive is complete. */
export interface Mark {
  /** Everything up to and including this journal entry is archived. */
  readonly entryId: EntryId;
  /** Everything that happened before this moment, by the exchange's clock, is archived. */
  readonly time: Millis;
  /** The next entry, where the first of its events are archived too, and how many; null where none is. */
  readonly part: { readonly entryId: EntryId; readonly events: number } | null;
}

/** A mark as Redis holds it; it begins with the last entry that it knows. */
export function formatMark({ entryId, time, part }: Mark): string {
  return part === null ? `${entryId} ${time}` : `${part.entryId} ${time} ${part.events} ${entryId}`;
}

export function parseMark(text: string): Mark {
  const [reached, time, events, complete] = text.split(' ') as [EntryId, string, string?, EntryId?];
  const at = Number(time) as Millis;
  if (events === undefined || complete === undefined) return { entryId: reached, time: at, part: null };
  return { entryId: complete, time: at, part: { entryId: reached, events: Number(events) } };
}
