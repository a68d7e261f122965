import { ONE_TIME_LIFETIME_MS, type OneTimePurpose } from '../people/one-time-tokens-redis.js';

/** A mail with a token in it, before it is sent. */
export interface Letter {
  /** One address, without a name. */
  readonly to: string;
  readonly kind: OneTimePurpose;
  readonly subject: string;
  readonly token: string;
  readonly link: string;
  readonly text: string;
}

const HOUR_MS = 60 * 60 * 1_000;

/**
 * What each kind says. Nothing that somebody typed at sign-up is in it, since it goes to an address that may be
 * another's.
 */
const WORDS = {
  verify_email: {
    subject: 'Confirm your e-mail address',
    path: '/auth/verify-email',
    request: 'Somebody signed up at Tradewire with this address. To confirm that it was you, open',
    warning:
      'If it was not you, do not open it: whoever signed up chose the password. To make the account your own, ask for a new password instead.',
  },
  reset_password: {
    subject: 'Choose a new password',
    path: '/auth/reset-password',
    request: 'Somebody asked for a new password for your account at Tradewire. To choose one, open',
    warning: 'If it was not you, there is nothing to do: your password stays as it is.',
  },
} as const;

/** `publicUrl` is the address that clients use, where links begin. */
export function writeLetter(kind: OneTimePurpose, to: string, token: string, publicUrl: string): Letter {
  const { subject, path, request, warning } = WORDS[kind];
  const link = `${publicUrl.replace(/\/+$/, '')}${path}?token=${token}`;
  const hours = ONE_TIME_LIFETIME_MS[kind] / HOUR_MS;
  const validity = `The link works once, within ${hours === 1 ? 'one hour' : `${hours} hours`}.`;
  const text = [request, link, validity, `For programs, the token alone: ${token}`, warning].join('\n\n');
  return { to, kind, subject, token, link, text: `${text}\n` };
}
