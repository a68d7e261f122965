import type { Session } from '../../gateway/sessions/session.js';

/** Changes what a session is sent; a promise where something has to be looked up first. */
export type ChannelChange = () => void | Promise<void>;

/**
 * Makes the changes to a session's channels one after the other, in the order in which they were asked for, though
 * some have to wait for Redis. How many wait is bounded by the requests that a session may have in flight.
 */
export class ChannelChanges {
  /** Settles when the last change that was asked for is made; null when none waits. */
  private last: Promise<void> | null = null;

  constructor(private readonly session: Session) {}

  /**
   * Makes a change at once unless others wait; those of a session that has closed are not made any more. Fails as
   * the change does, which keeps none of the others from being made.
   */
  add(change: ChannelChange): void | Promise<void> {
    const made = this.last === null ? change() : this.last.then(() => this.makeLate(change));
    if (made === undefined) return;
    const settled = made
      .catch(() => undefined)
      .then(() => {
        if (this.last === settled) this.last = null;
      });
    this.last = settled;
    return made;
  }

  private makeLate(change: ChannelChange): void | Promise<void> {
    if (!this.session.closed) return change();
  }
}
