/** What is written of an error. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  /** Such as `ECONNREFUSED`. */
  readonly code?: string;
  readonly cause?: LoggedError;
}

/** Causes of causes are written so far: one may lead back to the error itself. */
const CAUSES_MAX = 4;

/**
 * What is written of what was thrown. All else that an error carries stays out of the log: an error of the Redis
 * client holds the command that failed, with every value that it was to write, such as the hash of a password.
 */
export function loggedError(thrown: unknown, causesMax = CAUSES_MAX): LoggedError {
  if (!(thrown instanceof Error)) {
    return {
      type: typeof thrown,
      message: typeof thrown === 'string' ? thrown : 'what was thrown is no error',
    };
  }
  const { message, stack, cause } = thrown;
  return {
    type: thrown.constructor.name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...('code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {}),
    ...(cause === undefined || causesMax === 0 ? {} : { cause: loggedError(cause, causesMax - 1) }),
  };
}
