import { endedMembership } from '../exchange/accounts/membership.js';
import { ERROR_TABLE } from '../exchange/error-code.js';
import type { Venue } from '../gateway/venue.js';

/** Why nothing can be traded in a portfolio any more; null while it can. */
export function endedReason(venue: Venue, portfolioId: string): string | null {
  const account = venue.exchange.findPortfolio(portfolioId);
  const ended = account === undefined ? null : endedMembership(account.membership, venue.now());
  return ended === null ? null : ERROR_TABLE[ended].message;
}
