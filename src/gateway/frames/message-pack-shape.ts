/** Type bytes that are followed by so many bytes, whatever is in them: nil, booleans and numbers. */
const SCALAR_BYTES: ReadonlyMap<number, number> = new Map([
  [0xc0, 0],
  [0xc2, 0],
  [0xc3, 0],
  [0xca, 4],
  [0xcb, 8],
  [0xcc, 1],
  [0xcd, 2],
  [0xce, 4],
  [0xcf, 8],
  [0xd0, 1],
  [0xd1, 2],
  [0xd2, 4],
  [0xd3, 8],
]);

/** Type bytes of what is longer: the kind, and how many bytes tell the length. */
const LONG_KINDS: ReadonlyMap<number, readonly [kind: 'string' | 'list' | 'map', lengthBytes: number]> =
  new Map([
    [0xd9, ['string', 1]],
    [0xda, ['string', 2]],
    [0xdb, ['string', 4]],
    [0xdc, ['list', 2]],
    [0xdd, ['list', 4]],
    [0xde, ['map', 2]],
    [0xdf, ['map', 4]],
  ]);

/**
 * True for one whole MessagePack value that could be JSON: no binary, no extensions, only texts as keys, and
 * nested at most so deep. Nothing is built to find that out, so a few bytes that claim to be millions of elements, or
 * lists in lists without end, cost nothing; whoever builds the value afterwards takes no more than a few times its
 * length.
 */
export function isJsonLike(bytes: Buffer, depthMax: number): boolean {
  return new Walk(bytes, depthMax).isWholeValue();
}

class Walk {
  private at = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly depthMax: number,
  ) {}

  isWholeValue(): boolean {
    return this.value(0) && this.at === this.bytes.length;
  }

  /** Each of these goes on behind what it is asked for, or says false where that is not there. */
  private value(depth: number): boolean {
    const type = this.bytes[this.at++];
    if (type === undefined) return false;
    if (type <= 0x7f || type >= 0xe0) return true;
    if (type <= 0x8f) return this.elements(type & 0x0f, true, depth);
    if (type <= 0x9f) return this.elements(type & 0x0f, false, depth);
    if (type <= 0xbf) return this.skip(type & 0x1f);
    const scalarBytes = SCALAR_BYTES.get(type);
    if (scalarBytes !== undefined) return this.skip(scalarBytes);
    const [kind, lengthBytes] = LONG_KINDS.get(type) ?? [null, 0];
    if (kind === null) return false;
    const length = this.number(lengthBytes);
    return kind === 'string' ? this.skip(length) : this.elements(length, kind === 'map', depth);
  }

  private elements(count: number, isMap: boolean, depth: number): boolean {
    if (depth === this.depthMax) return false;
    for (let index = 0; index < count; index++) {
      if (isMap && !this.key()) return false;
      if (!this.value(depth + 1)) return false;
    }
    return true;
  }

  private key(): boolean {
    const type = this.bytes[this.at];
    if (type === undefined) return false;
    const isText = (type >= 0xa0 && type <= 0xbf) || LONG_KINDS.get(type)?.[0] === 'string';
    return isText && this.value(this.depthMax);
  }

  private skip(bytes: number): boolean {
    this.at += bytes;
    return this.at <= this.bytes.length;
  }

  /** Past the end it is longer than anything can be. */
  private number(bytes: number): number {
    if (!this.skip(bytes)) return Number.POSITIVE_INFINITY;
    return this.bytes.readUIntBE(this.at - bytes, bytes);
  }
}
