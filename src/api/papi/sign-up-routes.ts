import { Type } from 'typebox';
import type { HttpReply } from '../../gateway/http/http.js';
import type { EmailVerification } from '../../identity/people/email-verification.js';
import type { Entrance } from '../../identity/people/entrance.js';
import type { Registration } from '../../identity/people/registration.js';
import type { SignUpPolicy } from '../../identity/people/sign-up-policy.js';
import { normalisedEmail, type User } from '../../identity/people/user.js';
import type { AbuseGuard } from '../family/abuse-guard.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { NO_OBJECT } from '../request/fields.js';
import { EMAIL_FIELD, MAIL_TOKEN_FIELD, NAME_FIELD, newPasswordField } from '../request/person-schema.js';
import { reply } from '../request/reply.js';
import { LOG_IN, type LogInAnswer } from './log-in-answer.js';
import { papiUserId } from './user-id.js';

/** What it takes to make users of this family. */
export interface SignUpDesk {
  readonly policy: SignUpPolicy;
  readonly registration: Registration;
  readonly entrance: Entrance;
  readonly verification: EmailVerification;
}

const MAIL_SENT = 'Verification email sent';
const UNLISTED = 'This email is not on the list of those who may sign up';
const BAD_TOKEN = 'The token is not valid: it is unknown, used, replaced or expired';

const SIGN_UP_REQUEST = Type.Object(
  { email: EMAIL_FIELD, password: newPasswordField('password'), name: Type.Optional(NAME_FIELD) },
  NO_OBJECT,
);
const SIGNED_UP = Type.Union([LOG_IN, Type.Object({ message: Type.String(), user_id: Type.String() })]);
const TOKEN_REQUEST = Type.Object({ token: MAIL_TOKEN_FIELD }, NO_OBJECT);

/** Sign-up, and the proof of the address that it was made with. */
export function signUpRoutes(
  family: Family,
  guard: AbuseGuard,
  answer: LogInAnswer,
  desk: SignUpDesk,
): readonly Endpoint[] {
  return [
    family.open(
      {
        method: 'POST',
        path: '/auth/signup',
        summary: 'Sign up',
        access: 'public',
        body: SIGN_UP_REQUEST,
        secret: true,
        answers: {
          200: { description: 'A mail was sent; in whitelist mode logged in as well', schema: SIGNED_UP },
          403: { description: 'The address is not on the list, or a page of another origin asks' },
          409: { description: 'The address belongs to an account' },
        },
      },
      async ({ request, body: { password, name = null, ...typed } }) => {
        const turnedAway = answer.turnAway(request) ?? (await guard.turnAway('signUps', request));
        if (turnedAway !== null) return turnedAway;
        const email = normalisedEmail(typed.email);
        if (!desk.policy.admits(email)) return family.refusal(403, UNLISTED);
        const application = { email, password, name, isListed: desk.policy.lists(email) };
        const user = await desk.registration.register(application, 'papi', request);
        if (user === null) desk.verification.askAgain(application, request);
        else desk.verification.ask(user, request);
        if (user !== null && desk.policy.trusts(user)) {
          return answer.of(await desk.entrance.admit(user, 'papi', request));
        }
        return user === null ? family.refusal(409, MAIL_SENT) : mailSent(user);
      },
    ),
    family.open(
      {
        method: 'POST',
        path: '/auth/verify-email',
        summary: 'Prove an address by the token from the mail, and log in',
        access: 'public',
        body: TOKEN_REQUEST,
        secret: true,
        answers: {
          200: { description: 'Logged in', schema: LOG_IN },
          401: { description: 'The password was changed at the same time' },
          403: { description: 'The account is suspended, or a page of another origin asks' },
        },
      },
      async ({ request, body: { token } }) => {
        const turnedAway = answer.turnAway(request) ?? (await guard.turnAway('proofs', request));
        if (turnedAway !== null) return turnedAway;
        const entered = await desk.verification.verify(token, request);
        return entered === null ? family.refusal(400, BAD_TOKEN) : answer.of(entered);
      },
    ),
  ];
}

/** In open mode the address has to be proven before anything else. */
function mailSent({ userId }: User): HttpReply {
  return reply(JSON.stringify({ message: MAIL_SENT, user_id: papiUserId(userId) }));
}
