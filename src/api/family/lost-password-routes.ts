import { Type } from 'typebox';
import type { PasswordReset } from '../../identity/people/password-reset.js';
import { NO_OBJECT } from '../request/fields.js';
import { EMAIL_FIELD, MAIL_TOKEN_FIELD, newPasswordField } from '../request/person-schema.js';
import { reply } from '../request/reply.js';
import type { AbuseGuard } from './abuse-guard.js';
import type { Endpoint } from './endpoint.js';
import type { Family } from './family.js';

/** The words and the place of a family's routes for lost passwords. */
export interface LostPasswordTerms {
  readonly forgotPath: string;
  readonly resetPath: string;
  /** The same whether or not there is such an account. */
  readonly asked: string;
  readonly done: string;
  readonly badToken: string;
}

const FORGOT_REQUEST = Type.Object({ email: EMAIL_FIELD }, NO_OBJECT);
const RESET_REQUEST = Type.Object(
  { token: MAIL_TOKEN_FIELD, new_password: newPasswordField('new_password') },
  NO_OBJECT,
);
const MESSAGE = Type.Object({ message: Type.String() });

/** A new password by mail, in the words of the family it is asked for in. */
export function lostPasswordRoutes(
  family: Family,
  guard: AbuseGuard,
  passwordReset: PasswordReset,
  terms: LostPasswordTerms,
): readonly Endpoint[] {
  return [
    family.open(
      {
        method: 'POST',
        path: terms.forgotPath,
        summary: 'Ask for a mail with which to choose a new password',
        access: 'public',
        body: FORGOT_REQUEST,
        secret: true,
        answers: { 200: { description: 'A mail was sent if there is such an account', schema: MESSAGE } },
      },
      async ({ request, body }) => {
        const turnedAway = await guard.turnAway('proofs', request);
        if (turnedAway !== null) return turnedAway;
        passwordReset.ask(body.email, request);
        return reply(JSON.stringify({ message: terms.asked }));
      },
    ),
    family.open(
      {
        method: 'POST',
        path: terms.resetPath,
        summary: 'Choose a new password by the token from the mail; ends all log-ins',
        access: 'public',
        body: RESET_REQUEST,
        secret: true,
        answers: { 200: { description: 'The password was changed', schema: MESSAGE } },
      },
      async ({ request, body }) => {
        const turnedAway = await guard.turnAway('proofs', request);
        if (turnedAway !== null) return turnedAway;
        const isDone = await passwordReset.reset(body.token, body.new_password, request);
        return isDone ? reply(JSON.stringify({ message: terms.done })) : family.refusal(400, terms.badToken);
      },
    ),
  ];
}
