/** Plain counters of what passed through the gateway, cheap enough for every frame; metrics read them. */
export class Traffic {
  framesIn = 0;
  framesOut = 0;
  framesRefused = 0;
  readonly requestsByStatus = new Map<string, number>();
  readonly closesByCode = new Map<number, number>();

  /** Null: the client left before the answer. */
  countRequest(status: number | null): void {
    const label = status === null ? 'aborted' : String(status);
    this.requestsByStatus.set(label, (this.requestsByStatus.get(label) ?? 0) + 1);
  }

  countClose(code: number): void {
    this.closesByCode.set(code, (this.closesByCode.get(code) ?? 0) + 1);
  }
}
