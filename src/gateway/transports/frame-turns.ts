import { Backlog } from './backlog.js';

/**
 * So long one turn of the event loop is given to the frames of clients. Between turns the journal is read, answers
 * leave, and others are heard; so what a client asks for, however much, holds nobody up for longer.
 */
const TURN_MS = 2;
/** A sender may have this part of the room that is free: then there is always some for another. */
const SHARE = 1 / 16;
/**
 * So much a sender may have waiting however full the room is, or one frame where that is more: so what others send
 * refuses nobody who sends little, and who is refused has only its own frames to blame.
 */
const LITTLE_BYTES = 16 * 1_024;

/**
 * Decides in which turn a frame of a client is handled: at once while its turn has time left, which is nearly always, and
 * in one of the next where clients have sent more. Then each sender has one frame handled after the other's,
 * and one that has just begun to wait need not wait for all those that have sent much.
 */
export class FrameTurns<Sender> {
  private readonly backlogs = new Map<Sender, Backlog>();
  /** The senders that wait for the first of their frames, and those that have had one handled since; oldest first. */
  private readonly newcomers = new Set<Sender>();
  private readonly served = new Set<Sender>();
  private isNewcomersTurn = true;
  private bytes = 0;
  /** What has come to wait in this turn. */
  private turnBytes = 0;
  private isScheduled = false;
  private endsMs = 0;

  constructor(
    /** Of all frames that wait, but for the little that each sender may always have. */
    private readonly bytesMax: number,
    private readonly handle: (sender: Sender, text: string) => void,
  ) {}

  /**
   * Has a frame handled, those of one sender in their order. False where too much of its sender waits: then it never
   * will be.
   */
  take(sender: Sender, text: string): boolean {
    if (this.backlogs.size > 0 || !this.hasTime()) return this.keep(sender, text);
    this.handle(sender, text);
    return true;
  }

  hasWaiting(sender: Sender): boolean {
    return this.backlogs.has(sender);
  }

  /** Drops what a sender that has gone has waiting. */
  forget(sender: Sender): void {
    const backlog = this.backlogs.get(sender);
    if (backlog === undefined) return;
    this.bytes -= backlog.bytes;
    this.backlogs.delete(sender);
    this.newcomers.delete(sender);
    this.served.delete(sender);
  }

  private hasTime(): boolean {
    if (this.isScheduled) return performance.now() < this.endsMs;
    this.begin();
    return true;
  }

  private begin(): void {
    this.isScheduled = true;
    this.endsMs = performance.now() + TURN_MS;
    this.turnBytes = 0;
    setImmediate(this.next);
  }

  private readonly next = (): void => {
    this.isScheduled = false;
    if (this.backlogs.size === 0) return;
    this.begin();
    do this.handleNext();
    while (this.backlogs.size > 0 && performance.now() < this.endsMs);
  };

  private keep(sender: Sender, text: string): boolean {
    const backlog = this.backlogs.get(sender) ?? new Backlog();
    const bytes = Backlog.bytesOf(text);
    if (!backlog.isEmpty && backlog.bytes + bytes > this.shareBytes) return false;
    if (backlog.isEmpty) {
      this.backlogs.set(sender, backlog);
      this.newcomers.add(sender);
    }
    backlog.push(text);
    this.bytes += bytes;
    this.turnBytes += bytes;
    return true;
  }

  /**
   * What a sender may have waiting. uWebSockets.js reads on, socket after socket, for as long as they bring much, and
   * holds up all else meanwhile. So of what comes in one turn no more is kept than one sender may have.
   */
  private get shareBytes(): number {
    if (this.turnBytes > SHARE * this.bytesMax) return LITTLE_BYTES;
    return Math.max(LITTLE_BYTES, SHARE * (this.bytesMax - this.bytes));
  }

  /** Of those that have just come and the others, one after the other has its turn. */
  private handleNext(): void {
    const [preferred, other] = this.isNewcomersTurn
      ? [this.newcomers, this.served]
      : [this.served, this.newcomers];
    this.isNewcomersTurn = !this.isNewcomersTurn;
    const waiting = preferred.size > 0 ? preferred : other;
    const [sender] = waiting;
    const backlog = this.backlogs.get(sender!)!;
    const text = backlog.take();
    this.bytes -= Backlog.bytesOf(text);
    waiting.delete(sender!);
    if (backlog.isEmpty) this.backlogs.delete(sender!);
    else this.served.add(sender!);
    this.handle(sender!, text);
  }
}
