import type { Principal } from '../../identity/credentials/principal.js';

/** An account is its user's; whether another user's exists is not told. */
export function isOwn(accountId: string, { userId }: Principal): boolean {
  return accountId.toLowerCase() === userId;
}
