/** Counts what is open by some name, such as an address, and refuses more than a maximum. */
export class Admission {
  private readonly counts = new Map<string, number>();

  constructor(private readonly countMax: number) {}

  /** False, and nothing is counted, when `name` has as many as it may. */
  enter(name: string): boolean {
    const count = this.counts.get(name) ?? 0;
    if (count >= this.countMax) return false;
    this.counts.set(name, count + 1);
    return true;
  }

  leave(name: string): void {
    const count = this.counts.get(name)! - 1;
    if (count === 0) this.counts.delete(name);
    else this.counts.set(name, count);
  }
}
