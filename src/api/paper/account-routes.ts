import { Type } from 'typebox';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { uuid } from '../request/answer-schema.js';
import { reply } from '../request/reply.js';

const ACCOUNT_NUMBER_DIGITS = 12;

const ACCOUNT = Type.Object(
  {
    id: uuid,
    account_number: Type.String(),
    status: Type.Literal('ACTIVE'),
    portfolios: Type.Array(uuid, { description: 'The default one first.' }),
  },
  { title: 'Account' },
);

/** What a caller has: one account, with the portfolios in it. */
export function accountRoutes(family: Family): readonly Endpoint[] {
  return [
    family.closed(
      {
        method: 'GET',
        path: '/v1/accounts',
        summary: 'Your account and its portfolios',
        access: 'read',
        answers: { 200: { description: 'One account', schema: Type.Array(ACCOUNT) } },
      },
      ({ principal: { userId, portfolioIds } }) => {
        const account_number = accountNumber(userId);
        const account = { id: userId, account_number, status: 'ACTIVE', portfolios: portfolioIds };
        return reply(JSON.stringify([account]));
      },
    ),
  ];
}

/** A number to show to people: the same for a user at all times, but not a key. */
function accountNumber(userId: string): string {
  const spelt = BigInt(`0x${userId.replaceAll('-', '')}`) % 10n ** BigInt(ACCOUNT_NUMBER_DIGITS);
  return spelt.toString().padStart(ACCOUNT_NUMBER_DIGITS, '0');
}
