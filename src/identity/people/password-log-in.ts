import type { AbuseLimits } from '../abuse-limits.js';
import type { Caller, SecurityLog } from '../security-log.js';
import type { Entrance, EntranceRefusal, LoggedIn } from './entrance.js';
import type { LogInDoor } from './log-ins.js';
import type { Passwords } from './passwords.js';
import type { SignUpPolicy } from './sign-up-policy.js';
import { normalisedEmail } from './user.js';
import type { UserStore } from './users-redis.js';

/** What somebody types to log in. */
export interface Attempt {
  readonly email: string;
  readonly password: string;
}

/** Only who knows the password learns that the address is unproven or the account suspended. */
export type LogInRefusal =
  | Exclude<EntranceRefusal, { readonly fault: 'SUPERSEDED' }>
  | { readonly fault: 'WRONG' }
  | { readonly fault: 'UNPROVEN' }
  | { readonly fault: 'LOCKED_OUT'; readonly retryAfterS: number };

/**
 * Logs in by e-mail address and password. Whether there is an account makes no difference that could be told from
 * outside: as much work, the same answers, the same limits.
 */
export class PasswordLogIn {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly limits: AbuseLimits,
    private readonly policy: SignUpPolicy,
    private readonly entrance: Entrance,
    private readonly securityLog: SecurityLog,
  ) {}

  async logIn(attempt: Attempt, door: LogInDoor, caller: Caller): Promise<LoggedIn | LogInRefusal> {
    const email = normalisedEmail(attempt.email);
    const lockedForS = await this.limits.lockedFor(email, caller.address);
    if (lockedForS !== null) return this.lockedOut(email, lockedForS, caller);
    const user = await this.users.findByEmail(email);
    const isMatch = await this.passwords.verify(user?.passwordHash ?? null, attempt.password);
    if (!isMatch || user === null) return this.failed(email, door, caller);
    // Of many guesses at once, those beyond the limit must not succeed either.
    const lockedSinceS = await this.limits.lockedFor(email, caller.address);
    if (lockedSinceS !== null) return this.lockedOut(email, lockedSinceS, caller);
    const mayEnter = door !== 'papi' || user.isEmailVerified || this.policy.trusts(user);
    if (!mayEnter) return this.refused({ fault: 'UNPROVEN' }, user.userId, door, caller);
    const entered = await this.entrance.admit(user, door, caller);
    if (!('fault' in entered)) return entered;
    const refusal = entered.fault === 'SUPERSEDED' ? ({ fault: 'WRONG' } as const) : entered;
    return this.refused(refusal, user.userId, door, caller);
  }

  private async failed(email: string, door: LogInDoor, caller: Caller): Promise<LogInRefusal> {
    const lockedForS = await this.limits.countFailure(email, caller.address);
    if (lockedForS !== null) return this.lockedOut(email, lockedForS, caller);
    this.securityLog.note('log_in_failed', caller, { email, door, reason: 'WRONG' });
    return { fault: 'WRONG' };
  }

  private lockedOut(email: string, retryAfterS: number, caller: Caller): LogInRefusal {
    this.securityLog.note('locked_out', caller, { email });
    return { fault: 'LOCKED_OUT', retryAfterS };
  }

  private refused(refusal: LogInRefusal, userId: string, door: LogInDoor, caller: Caller): LogInRefusal {
    this.securityLog.note('log_in_failed', caller, { userId, door, reason: refusal.fault });
    return refusal;
  }
}
