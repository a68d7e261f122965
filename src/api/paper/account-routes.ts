import { Type } from 'typebox';
import type { Account } from '../../exchange/accounts/account.js';
import { valueAccount } from '../../exchange/accounts/account-value.js';
import type { Micros } from '../../exchange/units.js';
import type { Venue } from '../../gateway/venue.js';
import { accountNumber } from '../../gateway/views/account-number.js';
import { dollars } from '../../gateway/views/amounts.js';
import type { UserStore } from '../../identity/people/users-redis.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { instant, uuid } from '../request/answer-schema.js';
import { ownAccounts } from '../request/own-accounts.js';
import { reply } from '../request/reply.js';

const ACCOUNT = Type.Object(
  {
    id: uuid,
    account_number: Type.String(),
    status: Type.Literal('ACTIVE'),
    portfolios: Type.Array(uuid, { description: 'The default one first.' }),
    account_type: Type.Literal('trading'),
    crypto_status: Type.Literal('ACTIVE'),
    currency: Type.Literal('USD'),
    last_equity: Type.String({ description: 'What all portfolios are worth now, in dollars.' }),
    created_at: instant,
  },
  { title: 'Account' },
);

/** What a caller has: one account, with the portfolios in it. Clients of brokers ask for the same. */
export function accountRoutes(family: Family, venue: Venue, users: UserStore): readonly Endpoint[] {
  return [
    family.closed(
      {
        method: 'GET',
        path: '/v1/accounts',
        summary: 'Your account and its portfolios',
        access: 'read',
        answers: { 200: { description: 'One account', schema: Type.Array(ACCOUNT) } },
      },
      async ({ principal }) => {
        const { userId, portfolioIds } = principal;
        const { createdAt } = await users.ownerOf(userId);
        const account = {
          id: userId,
          account_number: accountNumber(userId),
          status: 'ACTIVE',
          portfolios: portfolioIds,
          account_type: 'trading',
          crypto_status: 'ACTIVE',
          currency: 'USD',
          last_equity: dollars(equityOf(ownAccounts(venue.exchange, principal), venue)),
          created_at: createdAt,
        };
        return reply(JSON.stringify([account]));
      },
    ),
  ];
}

/** What all portfolios of a user are worth together, at the present mark prices. */
function equityOf(accounts: readonly Account[], { exchange }: Venue): Micros {
  const equities = accounts.map((account) => valueAccount(account, exchange.markets).equity);
  return equities.reduce<number>((sum, equity) => sum + equity, 0) as Micros;
}
