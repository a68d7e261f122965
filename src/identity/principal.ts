import type { CredentialKind } from './credentials.js';
import type { Scope } from './scope.js';

/** Who is calling, once the credential was checked. */
export interface Principal {
  readonly userId: string;
  /** The user's portfolios, the default one first. */
  readonly portfolioIds: readonly string[];
  readonly scopes: readonly Scope[];
  /** The credential behind the call, also where a token stands in for it. */
  readonly keyId: string;
  readonly kind: CredentialKind;
  /** When the credential ends, in milliseconds on the exchange's clock; null: not by itself. */
  readonly expiresAt: number | null;
}
