/**
 * A compact binary form for commands and snapshots: integers in groups of seven bits, lowest first, with the
 * top bit set on all but the last byte. It is exact for every safe integer.
 */
export class ByteWriter {
  private bytes: Uint8Array;
  private view: DataView;
  private size = 0;

  constructor(capacityBytes = 256) {
    this.bytes = new Uint8Array(capacityBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  get length(): number {
    return this.size;
  }

  /** A non-negative safe integer. */
  uint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 0x8000_0000) {
      const higher = Math.floor(rest / 128);
      this.bytes[this.size++] = (rest - higher * 128) | 0x80;
      rest = higher;
    }
    while (rest >= 0x80) {
      this.bytes[this.size++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.size++] = rest;
  }

  /** A safe integer of either sign: the sign first, then the magnitude. */
  int(value: number): void {
    this.bool(value < 0);
    this.uint(Math.abs(value));
  }

  bool(value: boolean): void {
    this.reserve(1);
    this.bytes[this.size++] = value ? 1 : 0;
  }

  /** A double, for values that are not counted in integers. */
  float(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.size, value, true);
    this.size += 8;
  }

  string(value: string): void {
    const length = value.length;
    this.reserve(length + 8);
    const start = this.size;
    this.uint(length);
    if (length === 0) {
      this.uint(0);
      return;
    }
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) {
        this.size = start;
        this.wideString(value);
        return;
      }
      this.bytes[this.size++] = unit;
    }
  }

  /** The written bytes: a view of the writer's own memory, which is not to be written to any more. */
  toBytes(): Uint8Array {
    return this.bytes.subarray(0, this.size);
  }

  /** Text beyond ASCII: a length of zero and a second length, in UTF-16 units of two bytes. */
  private wideString(value: string): void {
    this.uint(0);
    this.uint(value.length);
    this.reserve(value.length * 2);
    for (let i = 0; i < value.length; i++) {
      this.view.setUint16(this.size, value.charCodeAt(i), true);
      this.size += 2;
    }
  }

  private reserve(count: number): void {
    if (this.size + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.size + count));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Reads what a `ByteWriter` wrote, in the same order. Reading past the end throws a `RangeError`. */
export class ByteReader {
  private readonly view: DataView;
  private offset = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes have been read. */
  get position(): number {
    return this.offset;
  }

  get atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  uint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }

  int(): number {
    const negative = this.bool();
    const magnitude = this.uint();
    return negative ? -magnitude : magnitude;
  }

  bool(): boolean {
    return this.byte() === 1;
  }

  float(): number {
    const value = this.view.getFloat64(this.offset, true);
    this.offset += 8;
    return value;
  }

  string(): string {
    const length = this.uint();
    if (length === 0) return this.wideString();
    if (this.offset + length > this.bytes.length) throw new RangeError('the bytes end within a string');
    let text = '';
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.bytes[this.offset++]!);
    return text;
  }

  private wideString(): string {
    const length = this.uint();
    let text = '';
    for (let i = 0; i < length; i++) {
      text += String.fromCharCode(this.view.getUint16(this.offset, true));
      this.offset += 2;
    }
    return text;
  }

  private byte(): number {
    const byte = this.bytes[this.offset++];
    if (byte === undefined) throw new RangeError('the bytes end within a number');
    return byte;
  }
}
