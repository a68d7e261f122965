import type { ErrorCode } from '../exchange/error-code.js';

/** Writes an error body in the manner of one API family. `code` is left out where HTTP itself says it all. */
export type ErrorEnvelope = (status: number, message: string, code?: ErrorCode) => string;

/** The family of every path that is `prefix` or lies below it. */
export interface FamilyEnvelope {
  readonly prefix: string;
  readonly envelope: ErrorEnvelope;
}

/** The native envelope, also for paths that belong to no family. */
export const nativeEnvelope: ErrorEnvelope = (statusCode, message, code) =>
  JSON.stringify({ statusCode, message, code });

/** Chooses the envelope of a path: that of the longest prefix. */
export class EnvelopeChoice {
  private readonly families: readonly FamilyEnvelope[];

  constructor(families: readonly FamilyEnvelope[]) {
    this.families = [...families].sort((one, other) => other.prefix.length - one.prefix.length);
  }

  of(path: string): ErrorEnvelope {
    const family = this.families.find(
      ({ prefix }) => path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`),
    );
    return family?.envelope ?? nativeEnvelope;
  }
}
