import type { TSchema } from 'typebox';
import type { ErrorEnvelope } from '../../gateway/envelope.js';
import type { HttpReply } from '../../gateway/http.js';
import type { RequestStanding } from '../../gateway/request-limits.js';
import type { AuthenticationRefusal } from '../../identity/authenticator.js';
import type { FieldErrors } from '../request/validator.js';

/** What distinguishes one API family: where it lives, and how it says that something is wrong. */
export interface FamilyTerms {
  /** In lower case, for the name of its document. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Every path that is one of these or lies below it answers unknown routes in this family's manner. */
  readonly prefixes: readonly string[];
  readonly envelope: ErrorEnvelope;
  /** What `envelope` writes. */
  readonly errorSchema: TSchema;
  /** Answers a request whose fields are not valid; nothing secret is in `received`. */
  readonly invalid: (errors: FieldErrors, received: unknown) => HttpReply;
  /** What `invalid` writes, where that is not what `envelope` writes. */
  readonly invalidSchema?: TSchema;
  /** The status of `invalid`, where it is not 400. */
  readonly invalidStatus?: number;
  /** In words of its own, for callers whose credential is missing or not good. */
  readonly unauthorized?: (refusal: AuthenticationRefusal) => string;
  /** Writes the body of 429, where that is not what `envelope` writes. */
  readonly tooMany?: (standing: RequestStanding) => string;
  /** What `tooMany` writes. */
  readonly tooManySchema?: TSchema;
  /** True where clients read `X-RateLimit-Reset` as a second of the epoch, and not as seconds from now. */
  readonly isResetInEpoch?: true;
  /** False where requests do not count against any limit, as long as they may be made at all. */
  readonly isMetered?: false;
}
