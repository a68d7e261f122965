import type { Authorization } from '../../gateway/authorization.js';
import type { HttpReply, HttpRequest, Route } from '../../gateway/http.js';
import type { Principal } from '../../identity/principal.js';
import { reply } from '../request/reply.js';

const ACCOUNT_NUMBER_DIGITS = 12;

/** What a caller has: one account, with the portfolios in it. */
export function accountRoutes(authorization: Authorization): readonly Route[] {
  const accounts = (_request: HttpRequest, { userId, portfolioIds }: Principal): HttpReply =>
    reply(
      JSON.stringify([
        { id: userId, account_number: accountNumber(userId), status: 'ACTIVE', portfolios: portfolioIds },
      ]),
    );
  return [{ method: 'GET', path: '/v1/accounts', handle: authorization.requiring('read', accounts) }];
}

/** A number to show to people: the same for a user at all times, but not a key. */
function accountNumber(userId: string): string {
  const spelt = BigInt(`0x${userId.replaceAll('-', '')}`) % 10n ** BigInt(ACCOUNT_NUMBER_DIGITS);
  return spelt.toString().padStart(ACCOUNT_NUMBER_DIGITS, '0');
}
