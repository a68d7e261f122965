/** A small seeded source of chance (mulberry32): the same seed gives the same choices everywhere. */
export class Random {
  constructor(private state: number) {}

  /** From 0 to below 1. */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.fraction() * items.length)]!;
  }

  /** One of the entries, as often as their weights say. */
  weighted<Item>(choices: readonly (readonly [weight: number, item: Item])[]): Item {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let rest = this.fraction() * total;
    for (const [weight, item] of choices) {
      rest -= weight;
      if (rest < 0) return item;
    }
    return choices.at(-1)![1];
  }
}
