import type { TSchema } from 'typebox';
import type { Account } from '../../exchange/accounts/account.js';
import type { PastEvents } from '../../gateway/channels/past-events.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Call, Endpoint, EndpointSpec, TradingCall, TradingSpec } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { OrderHistory } from '../request/order-history.js';
import { isRefusal } from '../request/order-intake.js';
import { ownAccount } from '../request/own-accounts.js';

/** Whether a user has stored credentials of an exchange, without which nothing can be traded there. */
export type HasCredentials = (userId: string, exchange: 'polymarket') => Promise<boolean>;

/** The portfolio that a call is about: the caller's default one. */
interface WithAccount {
  readonly account: Account;
}

type Answered = HttpReply | Promise<HttpReply>;

const NO_CREDENTIALS = 'Store your polymarket credentials first: PUT /account/credentials/polymarket';

/** Makes the routes for callers who may trade and have stored their credentials: 412 without them. */
export class PolymarketTrading {
  readonly history: OrderHistory;

  constructor(
    readonly family: Family,
    readonly venue: Venue,
    past: PastEvents,
    private readonly hasCredentials: HasCredentials,
  ) {
    this.history = new OrderHistory(venue, past);
  }

  /** A route that only reads. */
  reading<Body extends TSchema, Query extends TSchema, Path extends string>(
    spec: Omit<EndpointSpec<Body, Query, Path>, 'access'>,
    handle: (call: Call<Body, Query, Path> & WithAccount) => Answered,
  ): Endpoint {
    return this.family.closed<Body, Query, Path>(
      { ...spec, access: 'trade', answers: withCredentials(spec) },
      (call) => this.answer(call, handle),
    );
  }

  /** A route that sends commands. */
  trading<Body extends TSchema, Query extends TSchema, Path extends string>(
    spec: Omit<TradingSpec<Body, Query, Path>, 'access'>,
    handle: (call: TradingCall<Body, Query, Path> & WithAccount) => Answered,
  ): Endpoint {
    return this.family.trading<Body, Query, Path>(
      { ...spec, access: 'trade', answers: withCredentials(spec) },
      (call) => this.answer(call, handle),
    );
  }

  private async answer<Asked extends Pick<Call, 'principal'>>(
    call: Asked,
    handle: (call: Asked & WithAccount) => Answered,
  ): Promise<HttpReply> {
    const { family, venue } = this;
    const { principal } = call;
    if (!(await this.hasCredentials(principal.userId, 'polymarket')))
      return family.refusal(412, NO_CREDENTIALS);
    const account = ownAccount(venue.exchange, principal);
    return isRefusal(account) ? family.failure(account.error) : handle({ ...call, account });
  }
}

function withCredentials({ answers }: Pick<EndpointSpec, 'answers'>): EndpointSpec['answers'] {
  return { ...answers, 412: { description: 'No credentials are stored' } };
}
