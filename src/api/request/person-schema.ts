import { type TString, Type } from 'typebox';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '../../identity/people/passwords.js';

const EMAIL_CHARS_MAX = 254;
const NAME_CHARS_MAX = 100;
const TOKEN_CHARS_MAX = 256;

/** What the HTML standard takes for an address, but for the length of the part before the "@". */
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const EMAIL = `^[A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-]{1,64}@${LABEL}(?:\\.${LABEL})*$`;

export const EMAIL_FIELD: TString = Type.String({
  pattern: EMAIL,
  maxLength: EMAIL_CHARS_MAX,
  fault: 'email must be an e-mail address',
});

/** A password as it is chosen, under the field's name in the family. */
export function newPasswordField(name: string): TString {
  const fault = `${name} must have ${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters`;
  return Type.String({ minLength: PASSWORD_CHARS_MIN, maxLength: PASSWORD_CHARS_MAX, fault });
}

/** A password to log in with: what it must be like is nobody's business any more, but its length costs. */
export const PASSWORD_FIELD: TString = Type.String({
  maxLength: PASSWORD_CHARS_MAX,
  fault: `password must be text of at most ${PASSWORD_CHARS_MAX} characters`,
});

export const NAME_FIELD: TString = Type.String({
  minLength: 1,
  maxLength: NAME_CHARS_MAX,
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  fault: `name must have 1 to ${NAME_CHARS_MAX} printable characters`,
});

/** A token from a mail. */
export const MAIL_TOKEN_FIELD: TString = Type.String({
  minLength: 1,
  maxLength: TOKEN_CHARS_MAX,
  fault: 'token must be the token from the mail',
});
