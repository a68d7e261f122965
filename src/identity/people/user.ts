import { randomUUID } from 'node:crypto';
import type { Scope } from '../credentials/scope.js';

export const PROVIDERS = ['google', 'github'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** A person, whichever family's door they came in by. */
export interface User {
  readonly userId: string;
  /** UUIDs; the first, made at sign-up, is the default. */
  readonly portfolioIds: readonly string[];
  readonly status: 'ACTIVE' | 'SUSPENDED';
  /** The demo user is an administrator by itself, and pays nothing. */
  readonly role: 'user' | 'demo';
  /** In lower case; unique in the venue. */
  readonly email: string;
  readonly isEmailVerified: boolean;
  /**
   * Somebody signed up with another password before the address was proven. Whose the account is cannot be told
   * then: proving the address ends all that was there before.
   */
  readonly isContested?: true;
  /** It signed up where only the addresses of a list may: see `SignUpPolicy`. */
  readonly isListed?: true;
  readonly name: string | null;
  readonly avatarUrl: string | null;
  /** Null for who has only ever come in through a provider. */
  readonly passwordHash: string | null;
  readonly providers: readonly Provider[];
  /** ISO 8601. */
  readonly createdAt: string;
}

/** What is known of somebody who comes for the first time. */
export type Newcomer = Pick<
  User,
  'email' | 'isEmailVerified' | 'isListed' | 'name' | 'avatarUrl' | 'passwordHash' | 'providers'
>;

/** A user with a first portfolio. `now` is the exchange's clock, in milliseconds. */
export function newUser(newcomer: Newcomer, now: number): User {
  return {
    userId: randomUUID(),
    portfolioIds: [randomUUID()],
    status: 'ACTIVE',
    role: 'user',
    ...newcomer,
    createdAt: new Date(now).toISOString(),
  };
}

/** One spelling for each address, since people do not mind case. */
export function normalisedEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** Decides who may hold the scope `admin`: the demo user, and the operator's list of proven addresses. */
export class Administrators {
  private readonly emails: ReadonlySet<string>;

  constructor(emails: readonly string[]) {
    this.emails = new Set(emails.map(normalisedEmail));
  }

  includes({ role, email, isEmailVerified }: User): boolean {
    return role === 'demo' || (isEmailVerified && this.emails.has(email));
  }

  /** What a user may do of what a credential was given; asked at each use, since the list may have changed. */
  limit(scopes: readonly Scope[], user: User): readonly Scope[] {
    return scopes.includes('admin') && !this.includes(user)
      ? scopes.filter((scope) => scope !== 'admin')
      : scopes;
  }
}
