import type { Position } from '../exchange/units.js';
import type { Venue } from '../gateway/venue.js';
import type { Journal } from '../journal/journal.js';
import type { Replica } from '../journal/replica.js';

const TICK_MS = 250;
/** Who has guarded sessions, or judges others that have, is heard of at least once a second. */
const TICKS_BETWEEN_BEATS = 2;
/** After so many ticks without a batch of its own a gateway does not know whether anybody can be heard of. */
const OWN_SILENT_TICKS_MAX = 3;
/** The others give it up when they have not heard of it for so many ticks of their own: within 3 seconds. */
const SILENT_TICKS_MAX = 10;
/** One that was not given up at once is tried again after a second. */
const TICKS_BETWEEN_TRIES = 4;
/** While the journal itself was silent for longer, no gateway could be heard of. */
const JOURNAL_SILENCE_MAX_MS = 750;

/** What is known of another gateway. */
interface Heard {
  readonly at: Position;
  silentTicks: number;
}

/**
 * Has orders cancelled on a disconnect also where the gateway itself dies. One with guarded sessions shows in the journal
 * that it lives; the others, or its successor, give up one that does not. Ticks are counted, not time, and only those in
 * which the journal could be read and took what this gateway appended: whoever was paused or cut off hears of the others
 * first before it judges them, and a journal that takes nothing is held against nobody.
 */
export class GatewayWatch {
  private readonly others = new Map<string, Heard>();
  private generation = -1;
  /** Of the last own batch that was read back. */
  private ownNumber = 0;
  /** Since it was; at first, and after every silence of the journal, none counts. */
  private ownSilentTicks = Number.POSITIVE_INFINITY;
  private isBeating = false;
  private timer: NodeJS.Timeout | null = null;

  /** @param onGivenUp this gateway was taken for dead: nothing that it sends under its present name has an effect. */
  constructor(
    private readonly venue: Venue,
    private readonly replica: Replica,
    private readonly journal: Journal,
    private readonly onGivenUp: () => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private tick(): void {
    const { venue } = this;
    if (venue.exchange.isGivenUp(venue.incarnation)) this.onGivenUp();
    const isNew = this.hasNewOwnBatch();
    if (!this.isJournalRead()) this.ownSilentTicks = Number.POSITIVE_INFINITY;
    else this.ownSilentTicks = isNew ? 0 : this.ownSilentTicks + 1;
    if (this.ownSilentTicks <= OWN_SILENT_TICKS_MAX) this.judge();
    else this.others.clear();
    this.beat();
  }

  private hasNewOwnBatch(): boolean {
    const { exchange, incarnation } = this.venue;
    const known = this.ownNumber;
    this.ownNumber = exchange.state.incarnations.get(incarnation) ?? 0;
    return this.ownNumber !== 0 && this.ownNumber !== known;
  }

  private isJournalRead(): boolean {
    const { replica, journal } = this;
    const isSame = journal.generation === this.generation;
    this.generation = journal.generation;
    return (
      isSame &&
      replica.status.state === 'READY' &&
      !replica.isBehind &&
      replica.freshness.silentMs <= JOURNAL_SILENCE_MAX_MS
    );
  }

  /** While appends are in doubt every gateway beats as soon as it can, so that none is given up for an outage. */
  private beat(): void {
    if (this.venue.exchange.state.guardedGateways.size === 0) return;
    if (this.isBeating || this.ownSilentTicks < TICKS_BETWEEN_BEATS) return;
    this.isBeating = true;
    this.venue.submit({ kind: 'TICK' }, () => {
      this.isBeating = false;
    });
  }

  private judge(): void {
    const { guardedGateways } = this.venue.exchange.state;
    for (const [incarnation, { heardAt }] of guardedGateways) {
      if (incarnation === this.venue.incarnation) continue;
      const heard = this.others.get(incarnation);
      if (heard?.at !== heardAt) {
        this.others.set(incarnation, { at: heardAt, silentTicks: 0 });
        continue;
      }
      heard.silentTicks += 1;
      // While the last beat is on its way, whatever follows it might wait in the queue until nobody is silent any more.
      if (heard.silentTicks >= SILENT_TICKS_MAX && !this.isBeating) this.giveUp(incarnation, heard);
    }
    for (const incarnation of this.others.keys()) {
      if (!guardedGateways.has(incarnation)) this.others.delete(incarnation);
    }
  }

  /** The exchange decides: a batch that is on its way yet proves that the gateway lives. */
  private giveUp(incarnation: string, heard: Heard): void {
    heard.silentTicks -= TICKS_BETWEEN_TRIES;
    const lastNumber = this.venue.exchange.state.incarnations.get(incarnation) ?? 0;
    this.venue.submit({ kind: 'GATEWAY_LOST', incarnation, lastNumber }, () => undefined);
  }
}
