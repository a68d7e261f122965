import type { Provider } from '../people/user.js';

/** What a browser brings back from a provider. */
export interface AuthorizationGrant {
  readonly code: string;
  /** What the browser hashed before it went there (PKCE, RFC 7636): a stolen code is worth nothing without it. */
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

/** A person as a provider knows them. */
export interface ProviderProfile {
  readonly provider: Provider;
  /** The provider's own id for the person, which never changes hands, as addresses do. */
  readonly subject: string;
  /** Normalised; null where the provider does not vouch for one. */
  readonly verifiedEmail: string | null;
  readonly name: string | null;
  readonly avatarUrl: string | null;
}

/**
 * A profile; or that the provider does not take the code, which is the caller's fault; or that it failed, or said
 * what it should not. The reason is for the log, and holds no secret.
 */
export type ProfileResult =
  | { readonly profile: ProviderProfile }
  | { readonly fault: 'CODE_REFUSED' | 'FAILED'; readonly reason: string };

/** Somebody else who knows who people are. */
export interface IdentityProvider {
  /** Takes a code for the profile of the person who got it. Each code is good once, as the provider sees to. */
  profileOf(grant: AuthorizationGrant): Promise<ProfileResult>;
}
