/** What a frame takes besides its text, about. */
const FRAME_OVERHEAD_BYTES = 64;
/** What a character takes at most. */
const CHAR_BYTES = 2;

/** Frames of one client that wait to be handled, in their order. */
export class Backlog {
  private texts: string[] = [];
  private first = 0;
  private totalBytes = 0;

  /** What a waiting frame takes at most, about: a text of Latin characters takes half. */
  static bytesOf(text: string): number {
    return FRAME_OVERHEAD_BYTES + CHAR_BYTES * text.length;
  }

  get isEmpty(): boolean {
    return this.first === this.texts.length;
  }

  get bytes(): number {
    return this.totalBytes;
  }

  push(text: string): void {
    this.texts.push(text);
    this.totalBytes += Backlog.bytesOf(text);
  }

  /** Takes the oldest; there must be one. */
  take(): string {
    const text = this.texts[this.first]!;
    this.texts[this.first++] = '';
    this.totalBytes -= Backlog.bytesOf(text);
    // One that never becomes empty would grow, so what was taken is cut off once it is the larger half.
    if (2 * this.first > this.texts.length) {
      this.texts = this.texts.slice(this.first);
      this.first = 0;
    }
    return text;
  }
}
