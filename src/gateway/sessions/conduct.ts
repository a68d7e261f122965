import type { GatewayLimits } from '../gateway-limits.js';
import { RefusalWindow } from './refusal-window.js';

/** Counts what a client sends that is too much or no good. */
export class Conduct {
  private frames = 0;
  private refusals: RefusalWindow | null = null;

  constructor(private readonly limits: GatewayLimits) {}

  /** Counts a frame that came; false where it is one too many for this second. */
  countFrame(): boolean {
    this.frames += 1;
    return this.frames <= this.limits.framesPerSecondMax;
  }

  /** Counts a frame that was invalid or refused; true where it is one too many. */
  countRefusal(): boolean {
    this.refusals ??= new RefusalWindow(this.limits.refusalsMax, this.limits.refusalWindowMs);
    return this.refusals.add(performance.now());
  }

  /** To be called about once a second. */
  tick(): void {
    this.frames = 0;
  }
}
