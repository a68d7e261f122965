import type { Authentication } from '../identity/credentials/authenticator.js';
import { isOutage } from '../journal/connection-redis.js';
import type { PortfolioOpening } from './portfolio-opening.js';

/**
 * Authenticates, and puts the caller's portfolios in order on the way. Every door leads through here, so what a
 * crash or a lost history left undone is done before anything is asked of the exchange.
 */
export function openingAuthentication(
  authenticate: Authentication,
  opening: PortfolioOpening,
): Authentication {
  return async (presented) => {
    const result = await authenticate(presented);
    if ('refusal' in result) return result;
    try {
      await opening.ensure(result.principal.userId);
    } catch (error) {
      // The caller is known all the same, and what is in order goes on without Redis.
      if (!isOutage(error)) throw error;
    }
    return result;
  };
}
