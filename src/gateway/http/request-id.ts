import { randomUUID } from 'node:crypto';

const ACCEPTED = /^[A-Za-z0-9._-]{1,64}$/;

/** The client's own request id where it is harmless to log and to echo, else a new one. */
export function requestIdFrom(header: string): string {
  return ACCEPTED.test(header) ? header : randomUUID();
}
