import { Type } from 'typebox';
import type { HttpReply } from '../../gateway/http/http.js';
import { AUTHENTICATION_REFUSALS } from '../../identity/credentials/authenticator.js';
import type { EmailVerification } from '../../identity/people/email-verification.js';
import type { Entrance, EntranceRefusal, LoggedIn } from '../../identity/people/entrance.js';
import type { LogInRefusal, PasswordLogIn } from '../../identity/people/password-log-in.js';
import type { PasswordReset } from '../../identity/people/password-reset.js';
import type { Registration } from '../../identity/people/registration.js';
import type { AbuseGuard } from '../family/abuse-guard.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { lostPasswordRoutes } from '../family/lost-password-routes.js';
import { uuid } from '../request/answer-schema.js';
import { NO_OBJECT } from '../request/fields.js';
import { EMAIL_FIELD, newPasswordField, PASSWORD_FIELD } from '../request/person-schema.js';
import { reply } from '../request/reply.js';
import type { SubscriptionOf } from './profile-route.js';

/** What it takes to come in by this family's door. */
export interface AuthDesk {
  readonly registration: Registration;
  readonly verification: EmailVerification;
  readonly entrance: Entrance;
  readonly logIn: PasswordLogIn;
  readonly reset: PasswordReset;
}

const WRONG = 'Invalid email or password';
const TAKEN = 'Email already registered';
const { SUSPENDED } = AUTHENTICATION_REFUSALS;

const LOST_PASSWORD = {
  forgotPath: '/v1/auth/forgot-password',
  resetPath: '/v1/auth/reset-password',
  asked: 'If an account exists with this email, a password reset link has been sent.',
  done: 'Password has been reset successfully. You can now log in with your new password.',
  badToken: 'Invalid or expired reset token',
};

const REGISTER_REQUEST = Type.Object(
  { email: EMAIL_FIELD, password: newPasswordField('password') },
  NO_OBJECT,
);
const LOG_IN_REQUEST = Type.Object({ email: EMAIL_FIELD, password: PASSWORD_FIELD }, NO_OBJECT);
const REGISTERED = Type.Object({
  access_token: Type.String(),
  user_id: uuid,
  email: Type.String(),
});
/** The names are those of two generations of this family's clients. */
const LOGGED_IN = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('bearer'),
  user_id: uuid,
  email: Type.String(),
  user: Type.Object({ id: uuid, email: Type.String(), plan: Type.String() }),
});

/** Registration, log-in and lost passwords. An address need not be proven here. */
export function authRoutes(
  family: Family,
  guard: AbuseGuard,
  desk: AuthDesk,
  subscriptionOf: SubscriptionOf,
): readonly Endpoint[] {
  return [
    family.open(
      {
        method: 'POST',
        path: '/v1/auth/register',
        summary: 'Create an account, which begins with a trial',
        access: 'public',
        body: REGISTER_REQUEST,
        secret: true,
        answers: {
          200: { description: 'Registered and logged in', schema: REGISTERED },
          403: { description: SUSPENDED.message },
          409: { description: 'The address belongs to an account' },
        },
      },
      async ({ request, body }) => {
        const turnedAway = await guard.turnAway('signUps', request);
        if (turnedAway !== null) return turnedAway;
        const application = { ...body, name: null, isListed: false };
        const user = await desk.registration.register(application, 'paperexchange', request);
        if (user === null) return family.refusal(409, TAKEN);
        // Nothing here waits for the proof, but the doors of other families do.
        desk.verification.ask(user, request);
        const entered = await desk.entrance.admit(user, 'paperexchange', request);
        return 'fault' in entered ? refusal(family, entered) : registeredReply(entered);
      },
    ),
    family.open(
      {
        method: 'POST',
        path: '/v1/auth/login',
        summary: 'Log in',
        access: 'public',
        body: LOG_IN_REQUEST,
        secret: true,
        answers: {
          200: { description: 'Logged in', schema: LOGGED_IN },
          401: { description: 'The address or the password is wrong' },
          403: { description: SUSPENDED.message },
        },
      },
      async ({ request, body }) => {
        const entered = await desk.logIn.logIn(body, 'paperexchange', request);
        if (!('fault' in entered)) return loggedInReply(entered, subscriptionOf);
        if (entered.fault === 'LOCKED_OUT') return guard.tooMany(entered.retryAfterS);
        return refusal(family, entered);
      },
    ),
    ...lostPasswordRoutes(family, guard, desk.reset, LOST_PASSWORD),
  ];
}

/** Where a log-in needs no proof of the address, all that is left is a wrong password. */
function refusal(family: Family, refused: EntranceRefusal | LogInRefusal): HttpReply {
  if (refused.fault === 'UNOPENED') return family.failure(refused.error);
  return refused.fault === 'SUSPENDED'
    ? family.refusal(SUSPENDED.status, SUSPENDED.message)
    : family.refusal(401, WRONG);
}

function registeredReply({ user: { userId, email }, accessToken }: LoggedIn): HttpReply {
  return reply(JSON.stringify({ access_token: accessToken, user_id: userId, email }));
}

async function loggedInReply(
  { user: { userId, email }, accessToken }: LoggedIn,
  subscriptionOf: SubscriptionOf,
): Promise<HttpReply> {
  const { plan } = await subscriptionOf(userId);
  const user = { id: userId, email, plan };
  return reply(
    JSON.stringify({ access_token: accessToken, token_type: 'bearer', user_id: userId, email, user }),
  );
}
