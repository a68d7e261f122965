/** How much of bodies may be held at once. */
export interface BodyRoomTerms {
  readonly bodiesBytesMax: number;
  readonly addressBodiesBytesMax: number;
}

/** The room that one request has for its body. */
export interface BodyRoom {
  /** Takes room for more bytes, or tells what is full. */
  take(bytes: number): 'FULL' | 'ADDRESS_FULL' | null;
  /** Gives back all that was taken. */
  leave(): void;
}

/**
 * Counts the bytes of all requests whose answers are under way, since nothing is known of a caller before the body
 * is there: many who send all but the last byte would else fill the memory.
 */
export class BodyRooms {
  private bytes = 0;
  private readonly bytesOf = new Map<string, number>();

  constructor(private readonly terms: BodyRoomTerms) {}

  enter(address: string): BodyRoom {
    let taken = 0;
    return {
      take: (bytes) => {
        const ofAddress = this.bytesOf.get(address) ?? 0;
        if (ofAddress + bytes > this.terms.addressBodiesBytesMax) return 'ADDRESS_FULL';
        if (this.bytes + bytes > this.terms.bodiesBytesMax) return 'FULL';
        if (bytes > 0) this.bytesOf.set(address, ofAddress + bytes);
        this.bytes += bytes;
        taken += bytes;
        return null;
      },
      leave: () => {
        if (taken === 0) return;
        const left = this.bytesOf.get(address)! - taken;
        if (left === 0) this.bytesOf.delete(address);
        else this.bytesOf.set(address, left);
        this.bytes -= taken;
        taken = 0;
      },
    };
  }
}
