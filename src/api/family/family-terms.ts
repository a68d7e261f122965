import type { TSchema } from 'typebox';
import type { ErrorManner } from '../../gateway/http/envelope.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { AuthenticationRefusal } from '../../identity/credentials/authenticator.js';
import type { FieldErrors } from '../request/validator.js';

/** What distinguishes one API family: where it lives, and how it says that something is wrong. */
export interface FamilyTerms extends ErrorManner {
  /** In lower case, for the name of its document. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Every path that is one of these or lies below it answers unknown routes in this family's manner. */
  readonly prefixes: readonly string[];
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
  /** The status where the answer of a store was lost to a request that may have changed something, if it is not 503. */
  readonly lostAnswerStatus?: number;
  /** What `tooMany` writes. */
  readonly tooManySchema?: TSchema;
}
