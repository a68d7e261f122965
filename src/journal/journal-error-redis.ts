import { ReplyError } from 'ioredis';
import { JournalError } from './journal.js';

const NEVER_SENT = "Stream isn't writeable and enableOfflineQueue options is false";

/**
 * What a failed command means: an error that Redis itself replied, or a command that never left this process,
 * did nothing; of every other failure it is unknown what was done.
 */
export function journalError(cause: unknown): JournalError {
  if (cause instanceof JournalError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const refused = cause instanceof ReplyError || message === NEVER_SENT;
  return new JournalError(refused ? 'REFUSED' : 'UNKNOWN', message, { cause });
}
