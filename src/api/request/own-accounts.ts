import type { Account } from '../../exchange/accounts/account.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { Order } from '../../exchange/orders/order.js';
import { orderIdOf } from '../../exchange/orders/order-uuid.js';
import type { Principal } from '../../identity/credentials/principal.js';
import type { Refusal } from './order-faults.js';

/** The portfolio that a caller means, the default one where none is named; never another user's. */
export function ownAccount(
  exchange: Exchange,
  { portfolioIds }: Principal,
  portfolioId = portfolioIds[0]!,
): Account | Refusal {
  const id = portfolioId.toLowerCase();
  if (!portfolioIds.includes(id)) return { error: 'FORBIDDEN' };
  return exchange.findPortfolio(id) ?? { error: 'UNAVAILABLE' };
}

/** All portfolios of a caller that the exchange has opened. */
export function ownAccounts(exchange: Exchange, { portfolioIds }: Principal): readonly Account[] {
  return portfolioIds
    .map((portfolioId) => exchange.findPortfolio(portfolioId))
    .filter((account) => account !== undefined);
}

/** An order of a caller, in whichever portfolio; undefined also where it is another user's. */
export function ownOrder(
  exchange: Exchange,
  principal: Principal,
  orderUuid: string,
): { readonly account: Account; readonly order: Order } | undefined {
  const id = orderIdOf(exchange.state.venueTag, orderUuid);
  if (id === null) return undefined;
  for (const account of ownAccounts(exchange, principal)) {
    const order = exchange.state.findOrder(account, id);
    if (order !== undefined) return { account, order };
  }
  return undefined;
}
