const RANDOM_WORDS = 3;
const RADIX = 36;

/** Makes ids for orders that have none: unlike those of every other client, and of this one's earlier runs. */
export function clientOrderIds(): () => string {
  const random = crypto.getRandomValues(new Uint32Array(RANDOM_WORDS));
  const run = Array.from(random, (word) => word.toString(RADIX)).join('');
  let count = 0;
  return () => `tw-${run}-${(++count).toString(RADIX)}`;
}
