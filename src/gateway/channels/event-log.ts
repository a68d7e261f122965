import type { Millis, Seq } from '../../exchange/units.js';

/** The private channels in the order of the protocol. */
export const PRIVATE_CHANNELS = [
  'orders',
  'fills',
  'positions',
  'account',
  'funding',
  'liquidations',
] as const;
export type PrivateChannel = (typeof PRIVATE_CHANNELS)[number];

/** One private event, with its data as JSON text. */
export interface PrivateEvent {
  readonly channel: PrivateChannel;
  readonly seq: Seq;
  readonly time: Millis;
  readonly data: string;
}

/** The latest private events of one portfolio, without gaps, oldest first. */
export class EventLog {
  private events: PrivateEvent[] = [];
  /** Where the log begins in `events`; what lies before it is cut off now and then. */
  private first = 0;
  /** The length of all kept data, in characters. */
  chars = 0;

  constructor(private readonly eventsMax: number) {}

  append(event: PrivateEvent): void {
    this.events.push(event);
    this.chars += event.data.length;
    if (this.size > this.eventsMax) this.drop(1);
  }

  get size(): number {
    return this.events.length - this.first;
  }

  /** The oldest event that is kept, or null when there is none. */
  get oldest(): Seq | null {
    return this.events[this.first]?.seq ?? null;
  }

  /** The events after a position, or null when some of them are not kept any more. */
  after(seq: number, newest: Seq): readonly PrivateEvent[] | null {
    if (seq === newest) return [];
    const oldest = this.oldest;
    if (oldest === null || seq + 1 < oldest || seq > newest) return null;
    return this.events.slice(this.first + (seq + 1 - oldest));
  }

  /** The newest events of a channel, newest first. */
  newest(channel: PrivateChannel, limit: number): readonly PrivateEvent[] {
    const found: PrivateEvent[] = [];
    for (let index = this.events.length - 1; index >= this.first && found.length < limit; index--) {
      const event = this.events[index]!;
      if (event.channel === channel) found.push(event);
    }
    return found;
  }

  /** Forgets the older half. */
  dropHalf(): void {
    this.drop(Math.ceil(this.size / 2));
  }

  private drop(count: number): void {
    for (let index = this.first; index < this.first + count; index++) {
      this.chars -= this.events[index]!.data.length;
    }
    this.first += count;
    if (this.first > this.eventsMax) {
      this.events = this.events.slice(this.first);
      this.first = 0;
    }
  }
}
