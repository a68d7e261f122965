import type { PasswordReset } from '../../identity/people/password-reset.js';
import type { AbuseGuard } from '../family/abuse-guard.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { lostPasswordRoutes } from '../family/lost-password-routes.js';
import type { LogInAnswer } from './log-in-answer.js';
import { type LogInDesk, logInRoutes } from './log-in-routes.js';
import { mailPageRoutes } from './mail-pages.js';
import type { RefreshCookie } from './refresh-cookie.js';
import { type SignUpDesk, signUpRoutes } from './sign-up-routes.js';

/** All that the routes below /auth need. */
export interface AuthDesk extends SignUpDesk, LogInDesk {
  readonly reset: PasswordReset;
}

const LOST_PASSWORD = {
  forgotPath: '/auth/forgot-password',
  resetPath: '/auth/reset-password',
  asked: 'If that email exists, a reset link has been sent',
  done: 'Password reset successfully',
  badToken: 'The token is not valid: it is unknown, used, replaced or expired',
};

/** The doors of this family for people with a password. */
export function authRoutes(
  family: Family,
  guard: AbuseGuard,
  answer: LogInAnswer,
  cookie: RefreshCookie,
  desk: AuthDesk,
): readonly Endpoint[] {
  return [
    ...signUpRoutes(family, guard, answer, desk),
    ...logInRoutes(family, guard, answer, cookie, desk),
    ...lostPasswordRoutes(family, guard, desk.reset, LOST_PASSWORD),
    ...mailPageRoutes(family),
  ];
}
