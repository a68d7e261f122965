import type { TSchema } from 'typebox';

/** One kind of frame. */
export interface FrameSpec {
  /** What it is called in the document, such as `bookDelta`. */
  readonly name: string;
  readonly summary: string;
  readonly schema: TSchema;
  readonly example: object;
}

/** One kind of channel. */
export interface ChannelSpec {
  /** What it is called in the document. */
  readonly name: string;
  /** The name that a client subscribes to, with its parameters in braces. */
  readonly address: string;
  readonly description: string;
  /** By name, where the address has any: what it is, and what it may be where that is known. */
  readonly parameters?: Readonly<Record<string, { readonly description: string; readonly enum?: string[] }>>;
  readonly frames: readonly FrameSpec[];
}
