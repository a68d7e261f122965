/** A moment as this family writes it: ISO 8601 in UTC, to the second. */
export function instantText(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
