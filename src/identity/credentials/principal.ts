import type { CredentialKind } from './credentials.js';
import type { Scope } from './scope.js';
import type { TokenFamily } from './tokens.js';

/** Who is calling, once the credential was checked. */
export interface Principal {
  readonly userId: string;
  /** The user's portfolios, the default one first. */
  readonly portfolioIds: readonly string[];
  readonly scopes: readonly Scope[];
  /** The credential behind the call, also where a token stands in for it. */
  readonly keyId: string;
  readonly kind: CredentialKind;
  /** By which door the token came that stands in for the credential; null: the credential itself was shown. */
  readonly tokenFamily: TokenFamily | null;
  /** What requests are counted by: the credential; or the user, of whom all log-ins count as one. */
  readonly meterId: string;
  /** When the credential ends, in milliseconds on the exchange's clock; null: not by itself. */
  readonly expiresAt: number | null;
}
