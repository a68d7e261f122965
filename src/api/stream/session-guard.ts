import type { Position } from '../../exchange/units.js';
import type { Session } from '../../gateway/sessions/session.js';
import type { Venue } from '../../gateway/venue.js';

/** How often it is looked after guarded sessions. */
export const GUARD_TICK_MS = 250;

export interface GuardPatience {
  /** The time between two pings of a guarded session, in milliseconds. */
  readonly pingMs: number;
  /** One that is silent for so long is lost. */
  readonly silenceMs: number;
}

/**
 * Listens to one session whose end has orders cancelled: when it was last heard of, and whether it still is there. It
 * counts its own ticks, not time: after a pause of this very process no client was silent.
 */
export class SessionGuard {
  /** Where the journal stood when the client was last heard of. */
  heardAt: Position;
  /** Up to where it was pinged for each other session of its portfolio that has begun. */
  answeredAt: Position;
  private silentTicks = 0;
  private ticksToPing = 0;

  constructor(
    private readonly session: Session,
    private readonly venue: Venue,
    private readonly patience: GuardPatience,
  ) {
    this.heardAt = venue.exchange.position;
    this.answeredAt = this.heardAt;
    session.onHeard = () => this.heard();
  }

  /** The client has sent something, were it only a pong. */
  heard(): void {
    this.silentTicks = 0;
    this.heardAt = this.venue.exchange.position;
  }

  /** Stops listening. */
  end(): void {
    this.session.onHeard = null;
  }

  /** Pings when it is time to, and cuts the session when it was silent for too long. */
  tick(): void {
    const { pingMs, silenceMs } = this.patience;
    this.silentTicks += 1;
    if (this.silentTicks * GUARD_TICK_MS >= silenceMs) return this.session.cut();
    this.ticksToPing -= 1;
    if (this.ticksToPing > 0) return;
    this.ticksToPing = Math.ceil(pingMs / GUARD_TICK_MS);
    this.session.ping();
  }
}
