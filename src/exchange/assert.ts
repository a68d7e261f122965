/** Ends the process on a state that cannot be: a restart replays the journal, a wrong state would not heal. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
