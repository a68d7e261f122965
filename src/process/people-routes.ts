import type { Logger } from 'pino';
import { AbuseGuard } from '../api/family/abuse-guard.js';
import type { Endpoint } from '../api/family/endpoint.js';
import type { Family } from '../api/family/family.js';
import { authRoutes as paperexchangeAuthRoutes } from '../api/paperexchange/auth-routes.js';
import { profileRoute, type SubscriptionOf } from '../api/paperexchange/profile-route.js';
import { authRoutes as papiAuthRoutes } from '../api/papi/auth-routes.js';
import { LOG_IN, LogInAnswer } from '../api/papi/log-in-answer.js';
import { providerRoutes } from '../api/papi/provider-routes.js';
import { RefreshCookie } from '../api/papi/refresh-cookie.js';
import type { Config } from '../config.js';
import type { OriginPolicy } from '../gateway/http/cors.js';
import type { Venue } from '../gateway/venue.js';
import type { KeptLetter } from '../identity/mail/outbox-redis.js';
import type { DoorRules } from '../identity/social/provider-accounts.js';
import type { ProcessBilling } from './process-billing.js';
import type { ProcessDoors } from './process-doors.js';
import type { ProcessIdentity } from './process-identity.js';
import { providerLogIns } from './provider-log-ins.js';

export interface PeopleParts {
  readonly venue: Venue;
  readonly identity: ProcessIdentity;
  readonly doors: ProcessDoors;
  readonly billing: ProcessBilling;
}

/** The doors for people, as opposed to programs, of the families that have one. */
export function peopleRoutes(
  config: Config,
  paperexchange: Family,
  papi: Family,
  { venue, identity, doors, billing }: PeopleParts,
  origins: OriginPolicy,
  log: Logger,
): readonly Endpoint[] {
  const subscriptionOf: SubscriptionOf = (userId) => billing.subscriptions.summaryOf(userId);
  const guardOf = (family: Family) => new AbuseGuard(family, doors.limits, identity.securityLog);
  const papiGuard = guardOf(papi);
  const cookie = new RefreshCookie(config.cookieSecure);
  const answer = new LogInAnswer(papi, cookie, origins, identity.administrators);
  const rules: DoorRules = {
    admits: (email) => doors.policy.admits(email),
    takeOver: (userId, caller) => doors.proof.takeOver(userId, null, caller),
  };
  const providers = providerLogIns(config, identity, rules, () => venue.now(), log);
  return [
    ...paperexchangeAuthRoutes(paperexchange, guardOf(paperexchange), doors, subscriptionOf),
    profileRoute(paperexchange, identity.users, subscriptionOf),
    ...papiAuthRoutes(papi, papiGuard, answer, cookie, doors),
    ...providerRoutes(papi, {
      providers,
      turnAway: async (request) => answer.turnAway(request) ?? papiGuard.turnAway('signUps', request),
      admit: async (user, request) => answer.of(await doors.entrance.admit(user, 'papi', request)),
      answerSchema: LOG_IN,
    }),
  ];
}

/** The letters in the outbox, with those whose request was answered a moment ago. */
export async function lettersOf({
  identity,
  doors,
}: Pick<PeopleParts, 'identity' | 'doors'>): Promise<readonly KeptLetter[]> {
  await doors.correspondence.settled();
  return identity.outbox.letters();
}
