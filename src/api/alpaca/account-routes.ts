import type { Venue } from '../../gateway/venue.js';
import type { UserStore } from '../../identity/people/users-redis.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { isRefusal } from '../request/order-intake.js';
import { ownAccount } from '../request/own-accounts.js';
import { reply } from '../request/reply.js';
import { ACCOUNT, accountView } from './account-view.js';

/** The account of a caller: of the user's portfolios the default one. */
export function alpacaAccountRoutes(family: Family, venue: Venue, users: UserStore): readonly Endpoint[] {
  return [
    family.closed(
      {
        method: 'GET',
        path: '/v2/account',
        summary: 'Your account',
        access: 'read',
        answers: { 200: { description: 'The account', schema: ACCOUNT } },
      },
      async ({ principal }) => {
        const account = ownAccount(venue.exchange, principal);
        if (isRefusal(account)) return family.failure(account.error);
        const user = await users.ownerOf(principal.userId);
        return reply(JSON.stringify(accountView(user, account, venue.exchange.markets, venue.now())));
      },
    ),
  ];
}
