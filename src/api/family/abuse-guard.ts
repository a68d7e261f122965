import type { HttpReply } from '../../gateway/http/http.js';
import type { AbuseLimits, CountedRequest } from '../../identity/abuse-limits.js';
import type { Caller, SecurityLog } from '../../identity/security-log.js';
import type { Family } from './family.js';

const TOO_MANY = 'Too many attempts; try again later';

/** Turns away, in a family's manner, those who try too often. */
export class AbuseGuard {
  constructor(
    private readonly family: Family,
    private readonly limits: AbuseLimits,
    private readonly securityLog: SecurityLog,
  ) {}

  /** Counts a request by the address it came from. Null, or the answer to one that is one too many. */
  async turnAway(kind: CountedRequest, caller: Caller): Promise<HttpReply | null> {
    const retryAfterS = await this.limits.countRequest(kind, caller.address);
    if (retryAfterS === null) return null;
    this.securityLog.note('requests_refused', caller, { kind });
    return this.tooMany(retryAfterS);
  }

  /** Says after how many seconds it is worth another try. */
  tooMany(retryAfterS: number): HttpReply {
    return this.family.refusal(429, TOO_MANY, { 'retry-after': String(retryAfterS) });
  }
}
