import type { CloseCode } from './close-code.js';

/** The close code that waits until the client has read what the socket took before. */
export interface Farewell {
  readonly code: CloseCode;
  readonly reason: string;
  readonly deadline: NodeJS.Timeout;
}
