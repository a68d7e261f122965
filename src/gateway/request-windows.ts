import { RequestWindow } from './request-window.js';

/** So many callers are remembered at most; beyond it, the one that was silent for longest is forgotten. */
const CALLERS_MAX = 50_000;

/** The windows of all who were charged within the last minute, by name. */
export class RequestWindows {
  /** The one charged last is the last one. */
  private readonly byName = new Map<string, RequestWindow>();

  get size(): number {
    return this.byName.size;
  }

  /** The window to charge. */
  of(name: string, nowS: number): RequestWindow {
    const window = this.byName.get(name) ?? new RequestWindow(nowS);
    this.byName.delete(name);
    this.makeRoom(nowS);
    this.byName.set(name, window);
    return window;
  }

  /** The window to look at; undefined for who was not charged. */
  find(name: string): RequestWindow | undefined {
    return this.byName.get(name);
  }

  private makeRoom(nowS: number): void {
    for (const [name, window] of this.byName) {
      if (this.byName.size < CALLERS_MAX && !window.isIdle(nowS)) return;
      this.byName.delete(name);
    }
  }
}
