import { hash, verify } from '@node-rs/argon2';

/** OWASP's minimum for argon2id, which is the package's default: 19 MiB, two passes, one lane. */
const TERMS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const PASSWORD_CHARS_MIN = 8;
/** Longer passwords are refused, since each costs its length to hash. */
export const PASSWORD_CHARS_MAX = 256;

/** Too many passwords wait to be hashed; the caller may try again. */
export class PasswordsOverloaded extends Error {
  override readonly name = 'PasswordsOverloaded';
}

export interface PasswordLimits {
  /** Hashes at once; the others wait, so that a flood of log-ins leaves a core to the exchange. */
  readonly passwordHashesMax: number;
  /** How many may wait; more are refused at once. */
  readonly passwordsWaitingMax: number;
}

/** Hashes and checks passwords, a few at a time. Rejects with `PasswordsOverloaded` when too many wait. */
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** Checked where there is no user, so that the work is the same. */
  private readonly decoy = hash('no password', TERMS);

  constructor(private readonly limits: PasswordLimits) {}

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, TERMS));
  }

  /** `passwordHash` is null for a user that does not exist, or has no password: as much work, and false. */
  verify(passwordHash: string | null, password: string): Promise<boolean> {
    return this.inTurn(async () => {
      const isMatch = await verify(passwordHash ?? (await this.decoy), password);
      return isMatch && passwordHash !== null;
    });
  }

  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.running >= this.limits.passwordHashesMax) await this.turn();
    else this.running++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }

  /** Whoever ends hands its place over. */
  private turn(): Promise<void> {
    if (this.waiting.length >= this.limits.passwordsWaitingMax) throw new PasswordsOverloaded();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
