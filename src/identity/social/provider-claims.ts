import { normalisedEmail } from '../people/user.js';

const EMAIL = /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u;
const EMAIL_CHARS_MAX = 254;
const NAME_CHARS_MAX = 100;
const URL_CHARS_MAX = 2_048;

/** A field of something that should be an object; undefined where it is not there. */
export function claimOf(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isObject ? (value as Record<string, unknown>)[name] : undefined;
}

/** The same where it must be text; null where it is none, or empty. */
export function textClaim(value: unknown, name: string): string | null {
  const claim = claimOf(value, name);
  return typeof claim === 'string' && claim !== '' ? claim : null;
}

/** An address as it is kept; null where it cannot be one. */
export function emailOf(claim: string | null): string | null {
  if (claim === null || claim.length > EMAIL_CHARS_MAX || !EMAIL.test(claim)) return null;
  return normalisedEmail(claim);
}

/** A name that fits on a page. */
export function nameOf(claim: string | null): string | null {
  const name = (claim ?? '')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, NAME_CHARS_MAX)
    .trim();
  return name === '' ? null : name;
}

/** The address of a picture, which browsers are given. */
export function pictureOf(claim: string | null): string | null {
  const isFit = claim !== null && claim.length <= URL_CHARS_MAX && URL.canParse(claim);
  return isFit && new URL(claim).protocol === 'https:' ? claim : null;
}
