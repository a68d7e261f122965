/** A binary heap whose items know their places, so that any of them can be taken out, not only the first. */
export class PlacedHeap<Item> {
  private readonly items: Item[] = [];
  private readonly places = new Map<Item, number>();

  /** `isBefore` must be a total order; what it compares must not change while an item is in the heap. */
  constructor(private readonly isBefore: (one: Item, other: Item) => boolean) {}

  get first(): Item | undefined {
    return this.items[0];
  }

  push(item: Item): void {
    this.items.push(item);
    this.rise(item, this.items.length - 1);
  }

  /** Takes an item out; nothing happens when it is not in the heap. */
  remove(item: Item): void {
    const place = this.places.get(item);
    if (place === undefined) return;
    this.places.delete(item);
    const last = this.items.pop()!;
    if (last === item) return;
    this.rise(last, place);
    this.sink(last, this.places.get(last)!);
  }

  private put(item: Item, place: number): void {
    this.items[place] = item;
    this.places.set(item, place);
  }

  private rise(item: Item, from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!this.isBefore(item, this.items[parent]!)) break;
      this.put(this.items[parent]!, place);
      place = parent;
    }
    this.put(item, place);
  }

  private sink(item: Item, from: number): void {
    const { items } = this;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.isBefore(items[child + 1]!, items[child]!)) child += 1;
      if (!this.isBefore(items[child]!, item)) break;
      this.put(items[child]!, place);
      place = child;
    }
    this.put(item, place);
  }
}
