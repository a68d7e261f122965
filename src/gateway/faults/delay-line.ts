interface Held<Item> {
  readonly item: Item;
  readonly bytes: number;
  readonly sinceMs: number;
}

/** Passes on what is put in, in order, each after the same time. Nothing leaves within `push` or `setDelay`. */
export class DelayLine<Item> {
  private held: Held<Item>[] = [];
  private first = 0;
  private delayMs = 0;
  private timer: NodeJS.Timeout | undefined;
  /** Of all that is held. */
  bytes = 0;

  constructor(
    private readonly pass: (item: Item) => void,
    /** Some has left, perhaps all. */
    private readonly onReleased: () => void,
  ) {}

  get isEmpty(): boolean {
    return this.first === this.held.length;
  }

  push(item: Item, bytes: number): void {
    this.held.push({ item, bytes, sinceMs: performance.now() });
    this.bytes += bytes;
    if (this.held.length - this.first === 1) this.schedule();
  }

  /** For what is held already as well; infinity keeps everything until it is set anew. */
  setDelay(delayMs: number): void {
    this.delayMs = delayMs;
    this.schedule();
  }

  clear(): void {
    clearTimeout(this.timer);
    this.held = [];
    this.first = 0;
    this.bytes = 0;
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const next = this.held[this.first];
    if (next === undefined || this.delayMs === Number.POSITIVE_INFINITY) return;
    const restMs = next.sinceMs + this.delayMs - performance.now();
    this.timer = setTimeout(() => this.release(), Math.max(0, Math.ceil(restMs)));
  }

  private release(): void {
    const dueSinceMs = performance.now() - this.delayMs;
    for (let next = this.held[this.first]; next !== undefined; next = this.held[this.first]) {
      if (next.sinceMs > dueSinceMs) break;
      this.first += 1;
      this.bytes -= next.bytes;
      this.pass(next.item);
    }
    this.held = this.held.slice(this.first);
    this.first = 0;
    if (!this.isEmpty) this.schedule();
    this.onReleased();
  }
}
