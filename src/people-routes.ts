import { AbuseGuard } from './api/family/abuse-guard.js';
import type { Endpoint } from './api/family/endpoint.js';
import type { Family } from './api/family/family.js';
import { authRoutes as paperexchangeAuthRoutes } from './api/paperexchange/auth-routes.js';
import { profileRoute, type SubscriptionOf } from './api/paperexchange/profile-route.js';
import { authRoutes as papiAuthRoutes } from './api/papi/auth-routes.js';
import { LogInAnswer } from './api/papi/log-in-answer.js';
import { RefreshCookie } from './api/papi/refresh-cookie.js';
import type { Config } from './config.js';
import { OriginPolicy } from './gateway/cors.js';
import type { KeptLetter } from './identity/mail/outbox-redis.js';
import type { ProcessDoors } from './process-doors.js';
import type { ProcessIdentity } from './process-identity.js';

export interface PeopleParts {
  readonly identity: ProcessIdentity;
  readonly doors: ProcessDoors;
  readonly subscriptionOf: SubscriptionOf;
}

/** The doors for people, as opposed to programs, of the families that have one. */
export function peopleRoutes(
  config: Config,
  paperexchange: Family,
  papi: Family,
  { identity, doors, subscriptionOf }: PeopleParts,
): readonly Endpoint[] {
  const guardOf = (family: Family) => new AbuseGuard(family, doors.limits, identity.securityLog);
  const cookie = new RefreshCookie(config.cookieSecure);
  const origins = new OriginPolicy(config.corsOrigins);
  const answer = new LogInAnswer(papi, cookie, origins, identity.administrators);
  return [
    ...paperexchangeAuthRoutes(paperexchange, guardOf(paperexchange), doors, subscriptionOf),
    profileRoute(paperexchange, identity.users, subscriptionOf),
    ...papiAuthRoutes(papi, guardOf(papi), answer, cookie, doors),
  ];
}

/** The letters in the outbox, with those whose request was answered a moment ago. */
export async function lettersOf({
  identity,
  doors,
}: Omit<PeopleParts, 'subscriptionOf'>): Promise<readonly KeptLetter[]> {
  await doors.correspondence.settled();
  return identity.outbox.letters();
}
