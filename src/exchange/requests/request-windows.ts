import { RequestWindow } from './request-window.js';

/**
 * The windows of all who were charged within the last minute, by name. Of more than there may be, the one that was
 * silent for longest is forgotten, and begins with a new window.
 */
export class RequestWindows {
  /** The one charged last is the last one. */
  private readonly byName = new Map<string, RequestWindow>();

  constructor(private readonly countMax: number) {}

  get size(): number {
    return this.byName.size;
  }

  /** Names and windows, the one charged last at the end. */
  [Symbol.iterator](): IterableIterator<[string, RequestWindow]> {
    return this.byName.entries();
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

  /** Puts a window back behind the others, for a snapshot. */
  restore(name: string, window: RequestWindow): void {
    this.byName.set(name, window);
  }

  private makeRoom(nowS: number): void {
    for (const [name, window] of this.byName) {
      if (this.byName.size < this.countMax && !window.isIdle(nowS)) return;
      this.byName.delete(name);
    }
  }
}
