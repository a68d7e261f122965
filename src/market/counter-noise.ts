const UNIFORMS_PER_NORMAL = 12;
const TWO_TO_THE_32 = 2 ** 32;

/**
 * Randomness without state: every value is a function of the seed, the name and the coordinates asked for. So
 * any process can go on where another one stopped, and gets the numbers that the other would have got. Only
 * integer mixing and exactly rounded arithmetic are used, so all machines agree to the last bit.
 */
export class CounterNoise {
  private readonly key: number;

  constructor(seed: number, name: string) {
    let key = mixWide(0, seed);
    for (let i = 0; i < name.length; i++) key = mix(key ^ name.charCodeAt(i));
    this.key = key;
  }

  /** Evenly spread between 0 and 1, both excluded. The coordinates are safe integers, not negative. */
  uniform(stream: number, counter: number, index = 0): number {
    const hash = mixWide(mixWide(mix(this.key ^ stream), counter), index);
    return (hash + 0.5) / TWO_TO_THE_32;
  }

  /** Close to a standard normal, within ±6: a sum of uniforms, because logarithms differ between machines. */
  normal(stream: number, counter: number): number {
    let sum = 0;
    for (let index = 0; index < UNIFORMS_PER_NORMAL; index++) sum += this.uniform(stream, counter, index);
    return sum - UNIFORMS_PER_NORMAL / 2;
  }

  /** Between 0 and 1, wandering smoothly from one value to the next within `period` counts. */
  wander(stream: number, counter: number, period: number): number {
    const cell = Math.floor(counter / period);
    const along = (counter % period) / period;
    const blend = along * along * (3 - 2 * along);
    const from = this.uniform(stream, cell, period);
    const to = this.uniform(stream, cell + 1, period);
    return from + (to - from) * blend;
  }
}

/** Folds a safe integer into a 32-bit hash. */
function mixWide(hash: number, value: number): number {
  return mix(mix(hash ^ (value >>> 0)) ^ Math.floor(value / TWO_TO_THE_32));
}

/** The finaliser of MurmurHash3 with a golden-ratio offset, so that zero does not stay zero. */
function mix(value: number): number {
  let hash = (value + 0x9e3779b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
