import type { Command } from '../exchange/command.js';
import type { InstrumentId, PriceMicros } from '../exchange/units.js';
import type { Lease } from '../journal/lease.js';
import type { SyntheticMarket } from './synthetic-market.js';

/** What the source has to know of an instrument in the exchange. */
export interface InstrumentState {
  /** The last oracle price; 0 before the first. */
  readonly oracle: PriceMicros;
  /** The last step applied; 0 before the first. */
  readonly step: number;
  /** True once the sandbox took the instrument over: the source leaves it alone. */
  readonly pinned: boolean;
}

/** Looks an instrument up in the exchange as it is now; undefined while it is not listed. */
export type FindInstrument = (id: InstrumentId) => InstrumentState | undefined;

/**
 * Appends the commands to the journal as one batch. It resolves when they were applied here or have failed, and
 * never rejects: what became of them shows in the exchange, where the next turn begins.
 */
export type Submit = (commands: readonly Command[]) => Promise<unknown>;

/** What is quoted together, beat by beat. */
export interface Quoted {
  /** Time from one turn to the next. */
  readonly intervalMs: number;
  /** The commands of the next turn, by the exchange as it is now; none where there is nothing to be quoted. */
  nextTurn(): readonly Command[];
}

/** One instrument, as its synthetic market has it. */
export class QuotedInstrument implements Quoted {
  constructor(
    private readonly market: SyntheticMarket,
    private readonly find: FindInstrument,
  ) {}

  get intervalMs(): number {
    return this.market.intervalMs;
  }

  nextTurn(): readonly Command[] {
    const state = this.find(this.market.id);
    if (state === undefined || state.pinned) return [];
    return this.market.turnAfter(state.step, state.oracle);
  }
}

/**
 * Runs the synthetic markets: at every beat of what is quoted it submits its next turn. Beats are staggered. Two sources at once do no harm, because they submit the same steps and the
 * exchange applies each once; the lease only keeps them from doing so.
 */
export class SyntheticSource {
  private readonly beats: readonly Beat[];

  constructor(all: readonly Quoted[], lease: Lease, submit: Submit) {
    this.beats = all.map((quoted, place) => {
      const offsetMs = (quoted.intervalMs * place) / all.length;
      return new Beat(quoted, offsetMs, lease, submit);
    });
  }

  start(): void {
    for (const beat of this.beats) beat.start();
  }

  /** Submits nothing any more, and resolves when what was submitted has been answered. */
  async stop(): Promise<void> {
    await Promise.all(this.beats.map((beat) => beat.stop()));
  }
}

/**
 * The turns of what is quoted together, one at a time: the next beat is awaited only when the last turn was applied.
 * Beats lie on a grid, and those that were missed are skipped, so a pause is never followed by a burst.
 */
class Beat {
  private timer: NodeJS.Timeout | null = null;
  private outstanding: Promise<unknown> | null = null;
  private running = false;
  private beatNumber = 0;

  constructor(
    private readonly quoted: Quoted,
    private readonly offsetMs: number,
    private readonly lease: Lease,
    private readonly submit: Submit,
  ) {}

  start(): void {
    this.running = true;
    this.awaitBeat();
  }

  async stop(): Promise<void> {
    this.running = false;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.outstanding;
  }

  private awaitBeat(): void {
    const { intervalMs } = this.quoted;
    const nowMs = performance.now() - this.offsetMs;
    // A timer may fire a little early; counting the beats keeps it from firing twice for one of them.
    this.beatNumber = Math.max(this.beatNumber + 1, Math.ceil(nowMs / intervalMs));
    this.timer = setTimeout(() => this.onBeat(), this.beatNumber * intervalMs - nowMs);
  }

  private onBeat(): void {
    const commands = this.lease.isHeld ? this.quoted.nextTurn() : [];
    if (commands.length === 0) {
      this.awaitBeat();
      return;
    }
    this.outstanding = this.submit(commands).then(() => {
      if (this.running) this.awaitBeat();
    });
  }
}
