import { pino } from 'pino';
import { SecurityLog } from '../../src/identity/security-log.js';

/** Where the requests of a test come from when no server received them. */
export const CALLER = { address: '192.0.2.1', requestId: 'r-1' };

/** A log of security events that nobody reads. */
export function silentSecurityLog(): SecurityLog {
  const present = Buffer.from('a secret key of thirty-two bytes');
  return new SecurityLog(pino({ level: 'silent' }), { present, previous: null }, 't');
}
