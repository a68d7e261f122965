import type { ErrorCode } from '../../exchange/error-code.js';

/** What is wrong with one field of a request, and the code to refuse it with if that is all. */
export interface Fault {
  readonly field: string;
  readonly message: string;
  readonly error: ErrorCode;
}
