import type { ErrorCode } from '../../exchange/error-code.js';
import { tooManyText } from '../charging/rate-limit-text.js';
import type { RequestStanding } from '../charging/request-standing.js';

/** Writes an error body in the manner of one API family. `code` is left out where HTTP itself says it all. */
export type ErrorEnvelope = (status: number, message: string, code?: ErrorCode) => string;

/** How a family says that something is wrong, or was one request too many. */
export interface ErrorManner {
  readonly envelope: ErrorEnvelope;
  /** Writes the body of 429, where that is not what `envelope` writes. */
  readonly tooMany?: (standing: RequestStanding) => string;
  /** True where clients read `X-RateLimit-Reset` as a second of the epoch, and not as seconds from now. */
  readonly isResetInEpoch?: true;
  /** False where requests do not count against any limit, as long as they may be made at all. */
  readonly isMetered?: false;
}

/** The family of every path that is `prefix` or lies below it. */
export interface FamilyEnvelope extends ErrorManner {
  readonly prefix: string;
}

/** The native envelope, also for paths that belong to no family. */
export const nativeEnvelope: ErrorEnvelope = (statusCode, message, code) =>
  JSON.stringify({ statusCode, message, code });

const NATIVE: ErrorManner = { envelope: nativeEnvelope, tooMany: tooManyText };

/** Chooses the manner of a path: that of the longest prefix. */
export class EnvelopeChoice {
  private readonly families: readonly FamilyEnvelope[];

  constructor(families: readonly FamilyEnvelope[]) {
    this.families = [...families].sort((one, other) => other.prefix.length - one.prefix.length);
  }

  of(path: string): ErrorManner {
    const family = this.families.find(
      ({ prefix }) => path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`),
    );
    return family ?? NATIVE;
  }
}
