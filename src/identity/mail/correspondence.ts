import type { Logger } from 'pino';
import type { AbuseLimits } from '../abuse-limits.js';
import type { OneTimePurpose, OneTimeTokens } from '../people/one-time-tokens-redis.js';
import type { User } from '../people/user.js';
import type { Caller, SecurityLog } from '../security-log.js';
import { writeLetter } from './letter.js';
import type { Mailer } from './mailer.js';

export interface CorrespondenceTerms {
  /** The address that clients use, where links begin; known once the server listens. */
  readonly publicUrl: () => string;
  readonly mailsWaitingMax: number;
}

/**
 * Writes to users after the request that led to it was answered. So an answer takes as long whether or not there
 * is anybody to write to, and no mail server can hold it up or make it fail.
 */
export class Correspondence {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly mailer: Mailer,
    private readonly tokens: OneTimeTokens,
    private readonly limits: AbuseLimits,
    private readonly terms: CorrespondenceTerms,
    private readonly securityLog: SecurityLog,
    private readonly log: Logger,
  ) {}

  /** Sends a mail with a new token to whom `findAddressee` finds, if anybody, since `caller` asked for it. Never waits, never fails. */
  write(kind: OneTimePurpose, caller: Caller, findAddressee: () => Promise<User | null>): void {
    if (this.underWay.size >= this.terms.mailsWaitingMax) {
      this.log.warn({ kind }, 'too many mails wait to be sent; one was dropped');
      return;
    }
    const writing = this.send(kind, caller, findAddressee)
      .catch((error: unknown) => this.log.warn({ kind, ...reasonOf(error) }, 'a mail was not sent'))
      .finally(() => this.underWay.delete(writing));
    this.underWay.add(writing);
  }

  /** Resolves once all mails that were asked for until now are sent or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async send(
    kind: OneTimePurpose,
    caller: Caller,
    findAddressee: () => Promise<User | null>,
  ): Promise<void> {
    const user = await findAddressee();
    if (user === null) return;
    const { userId, email } = user;
    // The limit comes first, since a new token would end the one in the mail before.
    if (!(await this.limits.countMail(email, caller.address))) {
      this.securityLog.note('mail_withheld', caller, { userId, kind });
      return;
    }
    const token = await this.tokens.issue(kind, userId);
    await this.mailer.send(writeLetter(kind, email, token, this.terms.publicUrl()));
  }
}

/** What an error of a mail server says without naming anybody: its message would repeat the address. */
function reasonOf(error: unknown): { readonly reason: string } {
  if (!(error instanceof Error)) return { reason: 'unknown' };
  const code = 'code' in error ? String(error.code) : error.name;
  return { reason: 'responseCode' in error ? `${code} ${String(error.responseCode)}` : code };
}
