import type { Principal } from '../../identity/credentials/principal.js';
import type { Scope } from '../../identity/credentials/scope.js';

/** Who a session is, and the one portfolio it acts on. */
export interface SessionPrincipal {
  readonly userId: string;
  readonly portfolioId: string;
  readonly scopes: readonly Scope[];
  readonly keyId: string;
  /** The user's first portfolio, whose plan sets the limit of requests. */
  readonly payingPortfolioId: string;
  /** What requests are counted by; see `Principal`. */
  readonly meterId: string;
  /** When the credential ends, in milliseconds on the exchange's clock; null: not by itself. */
  readonly expiresAt: number | null;
}

/** The portfolio that a request for a session names, or the caller's default one; null where it is not the caller's. */
export function portfolioAsked(query: URLSearchParams, { portfolioIds }: Principal): string | null {
  const portfolioId = query.get('portfolioId')?.toLowerCase() ?? portfolioIds[0];
  return portfolioId !== undefined && portfolioIds.includes(portfolioId) ? portfolioId : null;
}

/** A caller for a session of one portfolio, which must be the caller's own. */
export function actingOn(principal: Principal, portfolioId: string): SessionPrincipal {
  const { userId, scopes, keyId, meterId, expiresAt } = principal;
  const [payingPortfolioId = portfolioId] = principal.portfolioIds;
  return { userId, portfolioId, payingPortfolioId, scopes, keyId, meterId, expiresAt };
}
