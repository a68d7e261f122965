import type { CloseCode } from '../sessions/close-code.js';
import type { Transport } from '../sessions/transport.js';

/** What a connection is closed with that breaks. */
const CUT = 1006;

/** Stands for a socket that is gone, while what its client sent before is handled: nothing reaches anybody. */
export class LostTransport implements Transport {
  readonly pingMs = Number.POSITIVE_INFINITY;

  constructor(private readonly onEnd: (code: number) => void) {}

  write(): void {}

  bufferedBytes(): number {
    return 0;
  }

  ping(): void {}

  end(code: CloseCode): void {
    this.onEnd(code);
  }

  cut(): void {
    this.onEnd(CUT);
  }
}
