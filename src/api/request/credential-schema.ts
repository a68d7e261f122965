import { type TSchema, Type } from 'typebox';
import { SCOPES, type Scope } from '../../identity/credentials/scope.js';

const NAME_CHARS_MAX = 64;

/** A text to show to people: not blank, without control characters. */
export function shownText(field: string, charsMax = NAME_CHARS_MAX) {
  return Type.String({
    maxLength: charsMax,
    pattern: '^(?=.*\\S)\\P{Cc}*$',
    fault: `${field} must be text of 1 to ${charsMax} characters`,
  });
}

const SCOPE_LIST: TSchema = {
  type: 'array',
  items: { type: 'string', enum: [...SCOPES], fault: `scopes must be of: ${SCOPES.join(', ')}` },
  minItems: 1,
  maxItems: SCOPES.length,
  fault: `scopes must be a list of: ${SCOPES.join(', ')}`,
};

/** What a credential is to be good for. */
export const scopesField = Type.Optional(Type.Unsafe<Scope[]>(SCOPE_LIST));

/** What a credential is good for, as answers have it. */
export const SHOWN_SCOPES = Type.Array(Type.Unsafe<Scope>({ type: 'string', enum: [...SCOPES] }));
