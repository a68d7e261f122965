import { Type } from 'typebox';
import type { LogInRenewal } from '../../identity/people/log-in-renewal.js';
import type { PasswordLogIn } from '../../identity/people/password-log-in.js';
import type { AbuseGuard } from '../family/abuse-guard.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { NO_OBJECT } from '../request/fields.js';
import { EMAIL_FIELD, PASSWORD_FIELD } from '../request/person-schema.js';
import { LOG_IN, type LogInAnswer } from './log-in-answer.js';
import { RefreshCookie } from './refresh-cookie.js';

/** What it takes to log in, to stay so, and to log out. */
export interface LogInDesk {
  readonly logIn: PasswordLogIn;
  readonly renewal: LogInRenewal;
}

const WRONG = 'Invalid email or password';
const UNPROVEN = 'The email address is not verified';
const BAD_REFRESH_TOKEN = 'The refresh token is missing or not valid';

const LOG_IN_REQUEST = Type.Object({ email: EMAIL_FIELD, password: PASSWORD_FIELD }, NO_OBJECT);
const MESSAGE = Type.Object({ message: Type.String() });

/** Log-in by password, the cookie that keeps it alive, and log-out. */
export function logInRoutes(
  family: Family,
  guard: AbuseGuard,
  answer: LogInAnswer,
  cookie: RefreshCookie,
  { logIn, renewal }: LogInDesk,
): readonly Endpoint[] {
  return [
    family.open(
      {
        method: 'POST',
        path: '/auth/login',
        summary: 'Log in',
        access: 'public',
        body: LOG_IN_REQUEST,
        secret: true,
        answers: {
          200: { description: 'Logged in', schema: LOG_IN },
          401: { description: 'The address or the password is wrong' },
          403: { description: 'The address is not verified, or a page of another origin asks' },
        },
      },
      async ({ request, body }) => {
        const turnedAway = answer.turnAway(request);
        if (turnedAway !== null) return turnedAway;
        const entered = await logIn.logIn(body, 'papi', request);
        if (!('fault' in entered)) return answer.welcome(entered);
        if (entered.fault === 'LOCKED_OUT') return guard.tooMany(entered.retryAfterS);
        if (entered.fault === 'WRONG') return family.refusal(401, WRONG);
        return entered.fault === 'UNPROVEN' ? family.refusal(403, UNPROVEN) : answer.refuse(entered);
      },
    ),
    family.open(
      {
        method: 'POST',
        path: '/auth/refresh',
        summary: 'Take the refresh cookie for the next access token',
        access: 'public',
        answers: {
          200: { description: 'Still logged in', schema: LOG_IN },
          401: { description: 'There is no cookie, or its token is not valid' },
          403: { description: 'A page of another origin asks' },
        },
      },
      async ({ request }) => {
        const turnedAway = answer.turnAway(request) ?? (await guard.turnAway('refreshes', request));
        if (turnedAway !== null) return turnedAway;
        const refreshToken = RefreshCookie.tokenIn(request.header('cookie'));
        const renewed = refreshToken === null ? null : await renewal.renew(refreshToken, request);
        return renewed === null ? family.refusal(401, BAD_REFRESH_TOKEN) : answer.welcome(renewed);
      },
    ),
    family.closed(
      {
        method: 'POST',
        path: '/auth/logout',
        summary: 'Log out',
        access: 'session',
        answers: { 200: { description: 'Logged out', schema: MESSAGE } },
      },
      async ({ request, principal }) => {
        await renewal.logOut(principal, RefreshCookie.tokenIn(request.header('cookie')), request);
        const body = JSON.stringify({ message: 'Logged out successfully' });
        return { status: 200, body, headers: { 'set-cookie': cookie.cleared } };
      },
    ),
  ];
}
