import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import { derivedKey, type SecretKeys } from './secrets/derived-key.js';

/** Every security event by its fixed name. Those that may be an attack are warnings. */
const EVENTS = {
  registered: 'info',
  email_verified: 'info',
  logged_in: 'info',
  log_in_failed: 'warn',
  locked_out: 'warn',
  requests_refused: 'warn',
  log_in_renewed: 'info',
  refresh_token_reused: 'warn',
  logged_out: 'info',
  password_reset_asked: 'info',
  password_reset: 'info',
  access_ended: 'warn',
  mail_withheld: 'warn',
  provider_linked: 'info',
  credential_made: 'info',
  credential_revoked: 'info',
  client_refused: 'warn',
  token_sold: 'info',
  token_refused: 'warn',
  cursor_refused: 'warn',
  exchange_credentials_stored: 'info',
  exchange_credentials_removed: 'info',
} as const satisfies Record<string, 'info' | 'warn'>;

export type SecurityEvent = keyof typeof EVENTS;

/** Where a request came from; an `HttpRequest` is one. */
export interface Caller {
  readonly address: string;
  readonly requestId: string;
}

/** What is known of an event beside its name. There is no room for secrets. */
export interface SecurityFacts {
  readonly userId?: string;
  /** Where no user is known; only its hash is written. */
  readonly email?: string;
  /** The credential's id, which is no secret. */
  readonly keyId?: string;
  /** Of a credential, a mail, or whatever else comes in kinds. */
  readonly kind?: string;
  /** The family or provider by which somebody came. */
  readonly door?: string;
  /** A word or two of why. */
  readonly reason?: string;
  /** What was asked for and is another's or nobody's, in the caller's words. */
  readonly asked?: string;
}

const TAG_CHARS = 16;

/** Writes one line for every security event, with which an operator follows up what somebody did. */
export class SecurityLog {
  private readonly tagKey: Uint8Array;

  constructor(
    private readonly log: Logger,
    { present }: SecretKeys,
    venue: string,
  ) {
    this.tagKey = derivedKey(present, 'security log', venue);
  }

  /** `caller` is null for what the server does by itself. */
  note(event: SecurityEvent, caller: Caller | null, { email, ...facts }: SecurityFacts): void {
    const from = caller === null ? {} : { address: caller.address, requestId: caller.requestId };
    const who = email === undefined ? {} : { emailTag: this.tagOf(email) };
    this.log[EVENTS[event]]({ event, ...facts, ...who, ...from }, 'security event');
  }

  /** Tells whether two lines are about one address, and without our key nothing else: addresses can be guessed. */
  private tagOf(email: string): string {
    return createHmac('sha256', this.tagKey).update(email).digest('hex').slice(0, TAG_CHARS);
  }
}
