/** A reader with more than this waiting is left out of public channels until it has caught up. */
const PUBLIC_BYTES_MAX = 1_048_576;
/** The same while the room is more than half full, so that readers of public channels alone cannot fill it. */
const CROWDED_PUBLIC_BYTES_MAX = 65_536;

/** Bounds what waits for the slow clients of all sessions together. */
export class WaitingRoom {
  private total = 0;

  constructor(
    private readonly bytesMax: number,
    /** More waits than may: sessions are to be closed until there is room again, by `hasRoom`. */
    private readonly onFull: () => void,
  ) {}

  get bytes(): number {
    return this.total;
  }

  /** True when an eighth of the room is free, so that it is not cleared again at once. */
  get hasRoom(): boolean {
    return this.total <= 0.875 * this.bytesMax;
  }

  /** How much may wait of a session for it to get public frames. */
  get publicBytesMax(): number {
    return this.total > this.bytesMax / 2 ? CROWDED_PUBLIC_BYTES_MAX : PUBLIC_BYTES_MAX;
  }

  /** A session has so many bytes more waiting than before. May close sessions, that one as well. */
  change(bytes: number): void {
    this.total += bytes;
    if (bytes > 0 && this.total > this.bytesMax) this.onFull();
  }
}
