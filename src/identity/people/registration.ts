import type { Caller, SecurityLog } from '../security-log.js';
import type { LogInDoor } from './log-ins.js';
import type { Passwords } from './passwords.js';
import { newUser, normalisedEmail, type User } from './user.js';
import type { UserStore } from './users-redis.js';

/** What somebody types to sign up. */
export interface Application {
  readonly email: string;
  readonly password: string;
  readonly name: string | null;
  /** True where only the addresses of a list may sign up, and this is one of them. */
  readonly isListed: boolean;
}

/** Makes users who come with an address and a password. The address is theirs only once they prove it. */
export class Registration {
  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly securityLog: SecurityLog,
    private readonly now: () => number,
  ) {}

  /** Null when the address has an owner, which takes as much work. */
  async register(application: Application, door: LogInDoor, caller: Caller): Promise<User | null> {
    const { password, name, isListed } = application;
    const email = normalisedEmail(application.email);
    const passwordHash = await this.passwords.hash(password);
    const newcomer = { email, isEmailVerified: false, name, avatarUrl: null, passwordHash, providers: [] };
    const user = newUser(isListed ? { ...newcomer, isListed } : newcomer, this.now());
    if (!(await this.users.create(user))) return null;
    this.securityLog.note('registered', caller, { userId: user.userId, door });
    return user;
  }
}
