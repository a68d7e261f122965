const PAGE_IDS = 1_024;
/** The last slot of a page counts how many of its ids are in use. */
const PAGE_SLOTS = PAGE_IDS + 1;

/**
 * A map from ids that are given out in sequence to small numbers. Ids of a neighbourhood share a page of plain
 * memory, so a million of them neither weigh on the garbage collector nor stop the process to rehash.
 */
export class IdIndex {
  private readonly pages = new Map<number, Float64Array>();

  set(id: number, value: number): void {
    const page = this.pageOf(id);
    const slot = id % PAGE_IDS;
    if (page[slot] === 0) page[PAGE_IDS]! += 1;
    page[slot] = value + 1;
  }

  get(id: number): number | undefined {
    const stored = this.pages.get(Math.floor(id / PAGE_IDS))?.[id % PAGE_IDS];
    return stored === undefined || stored === 0 ? undefined : stored - 1;
  }

  delete(id: number): void {
    const number = Math.floor(id / PAGE_IDS);
    const page = this.pages.get(number);
    if (page === undefined || page[id % PAGE_IDS] === 0) return;
    page[id % PAGE_IDS] = 0;
    page[PAGE_IDS]! -= 1;
    if (page[PAGE_IDS] === 0) this.pages.delete(number);
  }

  private pageOf(id: number): Float64Array {
    const number = Math.floor(id / PAGE_IDS);
    let page = this.pages.get(number);
    if (page === undefined) {
      page = new Float64Array(PAGE_SLOTS);
      this.pages.set(number, page);
    }
    return page;
  }
}
