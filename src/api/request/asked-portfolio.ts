import type { Account } from '../../exchange/accounts/account.js';
import type { PrivateHistory } from '../../gateway/channels/private-history.js';
import type { HttpRequest } from '../../gateway/http/http.js';
import type { Asker } from '../../gateway/refused-cursors.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/credentials/principal.js';
import type { Refusal } from './order-faults.js';
import { isRefusal } from './order-intake.js';
import { ownAccount } from './own-accounts.js';

/** A request for the events of a portfolio. */
export interface EventsCall {
  readonly request: HttpRequest;
  readonly principal: Principal;
  readonly query: { readonly portfolioId?: string; readonly since?: number; readonly epoch?: string };
}

/** The portfolio whose events are asked for, the default one where none is named; who asks for another's is noted. */
export function askedPortfolio(
  { exchange }: Venue,
  { refused }: PrivateHistory,
  call: EventsCall,
): Account | Refusal {
  const { portfolioId } = call.query;
  const account = ownAccount(exchange, call.principal, portfolioId);
  if (isRefusal(account) && account.error === 'FORBIDDEN') {
    refused.note(askerOf(call), 'FOREIGN_PORTFOLIO', portfolioId!);
  }
  return account;
}

/** Who a refused position is written down for. */
export function askerOf({
  principal: { userId, keyId },
  request: { address, requestId },
}: EventsCall): Asker {
  return { userId, keyId, address, requestId };
}
