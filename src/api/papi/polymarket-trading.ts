import type { TSchema } from 'typebox';
import type { Account } from '../../exchange/account.js';
import type { HttpReply } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Call, Endpoint, EndpointSpec } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { isRefusal } from '../request/order-intake.js';
import { ownAccount } from '../request/own-accounts.js';

/** Whether a user has stored credentials of an exchange, without which nothing can be traded there. */
export type HasCredentials = (userId: string, exchange: 'polymarket') => Promise<boolean>;

/** A call of somebody who may trade, with the portfolio that it is about: the caller's default one. */
export interface TradingCall<Body extends TSchema, Query extends TSchema, Path extends string>
  extends Call<Body, Query, Path> {
  readonly account: Account;
}

const NO_CREDENTIALS = 'Store your polymarket credentials first: PUT /account/credentials/polymarket';

/** Makes the routes on which a caller trades. */
export class PolymarketTrading {
  constructor(
    readonly family: Family,
    readonly venue: Venue,
    private readonly hasCredentials: HasCredentials,
  ) {}

  /** A route for callers who may trade and have stored their credentials: 412 without them. */
  route<Body extends TSchema, Query extends TSchema, Path extends string>(
    spec: Omit<EndpointSpec<Body, Query, Path>, 'access'>,
    handle: (call: TradingCall<Body, Query, Path>) => HttpReply | Promise<HttpReply>,
  ): Endpoint {
    const { family, venue } = this;
    const answers = { ...spec.answers, 412: { description: 'No credentials are stored' } };
    return family.closed<Body, Query, Path>({ ...spec, access: 'trade', answers }, async (call) => {
      const { principal } = call;
      if (!(await this.hasCredentials(principal.userId, 'polymarket')))
        return family.refusal(412, NO_CREDENTIALS);
      const account = ownAccount(venue.exchange, principal);
      return isRefusal(account) ? family.failure(account.error) : handle({ ...call, account });
    });
  }
}
