/** How long the archive is worked on at a time: about as long as an order may have to wait for a core. */
export const SLICE_MS = 5;
/** How far the archive may be behind the journal before it takes all the time that it needs. */
export const BEHIND_MAX_MS = 10_000;
/** How much longer than it worked it rests meanwhile: it takes a quarter of a core from the orders at the most. */
const REST_FACTOR = 3;

/** How long to rest after having worked for some time, given how far the archive is behind the journal's end. */
export function restMs(workedMs: number, behindMs: number): number {
  return behindMs > BEHIND_MAX_MS ? 0 : workedMs * REST_FACTOR;
}
