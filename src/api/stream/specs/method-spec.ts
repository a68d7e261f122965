import type { TSchema } from 'typebox';

/** All there is to say of a method: what it checks and what its document says are made from this alone. */
export interface MethodSpec {
  readonly scope: 'read' | 'trade' | null;
  readonly summary: string;
  readonly params: TSchema;
  /** Instead of `params`, what the document says of parameters that the handler checks in part by itself. */
  readonly documentedParams?: TSchema;
  readonly result: TSchema;
  /** Parameters that a client may send. */
  readonly example: object;
}
