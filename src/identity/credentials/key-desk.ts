import { randomUUID } from 'node:crypto';
import type { JWK } from 'jose';
import type { Caller, SecurityEvent, SecurityLog } from '../security-log.js';
import {
  type CredentialKind,
  type Issuer,
  newClientId,
  newSecret,
  type StoredCredential,
  sha256Hex,
} from './credentials.js';
import type { CredentialStore, LastUse } from './credentials-redis.js';
import type { Principal } from './principal.js';
import { permits, SCOPES, type Scope } from './scope.js';

/** How the API keys of each door look, and how many of their first characters are shown ever after. */
const API_KEY_FORMS = {
  paperexchange: { prefix: 'pe_', shownChars: 9 },
  papi: { prefix: 'papi_sk_live_', shownChars: 17 },
} as const;

const DEFAULT_SCOPES: readonly Scope[] = ['read', 'trade'];

/** The credentials that users make for their programs, by what they are and where they are made. */
export type ProgramCredential =
  | { readonly kind: 'API_KEY'; readonly issuer: keyof typeof API_KEY_FORMS }
  | { readonly kind: 'KEY_PAIR'; readonly issuer: 'native' }
  | { readonly kind: 'OAUTH_CLIENT'; readonly issuer: 'native'; readonly publicKey: JWK | null };

/** How a user wants one to be. */
export interface CredentialTerms {
  readonly name: string;
  /** `read` and `trade` unless given. */
  readonly scopes?: readonly Scope[] | undefined;
  /** How many of the kind the user may have at this door, this one included. */
  readonly countMax: number;
}

/** A credential that was made, with its secret, which is known at this moment only; null: it has none. */
export interface MadeCredential {
  readonly key: StoredCredential;
  readonly secret: string | null;
}

/** `MAKER_ENDED`: the owner's own credential was revoked since it was checked. */
export type MakeResult = MadeCredential | { readonly fault: 'WIDER_SCOPE' | 'TOO_MANY' | 'MAKER_ENDED' };

/** Where users get credentials for their programs, and give them back. */
export class KeyDesk {
  /** `now` is the exchange's clock, in milliseconds. */
  constructor(
    private readonly credentials: CredentialStore,
    private readonly securityLog: SecurityLog,
    private readonly now: () => number,
  ) {}

  /** Makes one for `owner`, who must hold whatever it is to hold. */
  async make(
    owner: Principal,
    caller: Caller,
    what: ProgramCredential,
    terms: CredentialTerms,
  ): Promise<MakeResult> {
    const { name, countMax } = terms;
    const scopes = SCOPES.filter((scope) => (terms.scopes ?? DEFAULT_SCOPES).includes(scope));
    if (!scopes.every((scope) => permits(owner.scopes, scope))) return { fault: 'WIDER_SCOPE' };
    const { secret, ...parts } = newParts(what);
    const key: StoredCredential = {
      ...parts,
      userId: owner.userId,
      kind: what.kind,
      issuer: what.issuer,
      name,
      scopes,
      secretHash: secret === null ? null : sha256Hex(secret),
      createdAt: new Date(this.now()).toISOString(),
      expiresAt: null,
    };
    const added = await this.credentials.add(key, countMax, owner.keyId);
    if (added === 'TOO_MANY' || added === 'MAKER_ENDED') return { fault: added };
    if (added === 'EXISTS') throw new Error('a random id was given twice');
    this.note('credential_made', caller, key);
    return { key, secret };
  }

  /** Those of a user that one door made, the oldest first. */
  async list(
    userId: string,
    issuer: Issuer,
    kinds: readonly CredentialKind[],
  ): Promise<readonly (StoredCredential & LastUse)[]> {
    return (await this.credentials.listOf(userId, issuer)).filter(({ kind }) => kinds.includes(kind));
  }

  /** Ends the one that is meant of those that `list` gives, in all gateways. False when there is none. */
  async revoke(
    userId: string,
    caller: Caller,
    issuer: Issuer,
    kinds: readonly CredentialKind[],
    isMeant: (key: StoredCredential) => boolean,
  ): Promise<boolean> {
    const key = (await this.list(userId, issuer, kinds)).find(isMeant);
    if (key === undefined || !(await this.credentials.revoke(key.keyId))) return false;
    this.note('credential_revoked', caller, key);
    return true;
  }

  private note(
    event: SecurityEvent,
    caller: Caller,
    { userId, keyId, kind, issuer }: StoredCredential,
  ): void {
    this.securityLog.note(event, caller, { userId, keyId, kind, door: issuer });
  }
}

type Parts = Pick<StoredCredential, 'keyId' | 'prefix' | 'publicKey'> & { readonly secret: string | null };

function newParts(what: ProgramCredential): Parts {
  switch (what.kind) {
    case 'API_KEY': {
      const { prefix, shownChars } = API_KEY_FORMS[what.issuer];
      const secret = newSecret(prefix);
      return { keyId: randomUUID(), prefix: secret.slice(0, shownChars), publicKey: null, secret };
    }
    case 'KEY_PAIR':
      return { keyId: newClientId('PK'), prefix: '', publicKey: null, secret: newSecret() };
    case 'OAUTH_CLIENT': {
      const { publicKey } = what;
      return { keyId: newClientId(), prefix: '', publicKey, secret: publicKey === null ? newSecret() : null };
    }
  }
}
